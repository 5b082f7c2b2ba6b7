/** What can go wrong with a request, as a value that says to the user what to do. */
package dev.atelier.server.problem;
