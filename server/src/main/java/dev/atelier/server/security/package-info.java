/**
 * The door: what is checked before a request reaches a route, and what every answer carries. A
 * studio listens on the machine of its user, so that any web page he visits can send requests to
 * it; none of them may get in.
 */
package dev.atelier.server.security;
