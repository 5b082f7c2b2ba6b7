/** From what a client asks for to jobs in the queue: defaults, the model, a seed, room to wait. */
package dev.atelier.server.intake;
