/** What the studio is doing right now, as plain values: devices, their memory, the queue. */
package dev.atelier.server.status;
