/** The studio as one process: wires the house together and gives it a command line. */
package dev.atelier.server;
