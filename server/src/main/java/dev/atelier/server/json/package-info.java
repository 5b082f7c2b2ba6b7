/**
 * The studio's values as JSON: one spelling for the HTTP API, the WebSocket and the data base.
 * Field names are snake case, times are ISO-8601 in UTC, an absent value is {@code null}.
 */
package dev.atelier.server.json;
