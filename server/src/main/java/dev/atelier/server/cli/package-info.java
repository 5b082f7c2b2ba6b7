/**
 * The command line: reads options and the environment, starts the studio, and says in one sentence
 * what stands in the way. The only package that writes to the terminal.
 */
package dev.atelier.server.cli;
