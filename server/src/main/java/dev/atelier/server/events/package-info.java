/**
 * What happens in the studio, published on the event bus and carried to every open page by one
 * WebSocket.
 */
package dev.atelier.server.events;
