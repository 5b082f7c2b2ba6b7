/**
 * The routes: each parses its request, calls one service and renders the answer. What may come in
 * at all is decided by {@code security}, what a request may say by the OpenAPI document.
 */
package dev.atelier.server.http;
