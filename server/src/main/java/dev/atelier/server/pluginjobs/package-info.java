/**
 * Long work of plugins: a durable queue beside that of pictures, and the thread that has one job
 * after another done. A job that waits for pictures waits here, not on the thread that makes them.
 * What a job saved, the pictures that it asked for and its results outlive the studio, so that it
 * goes on where it was.
 */
package dev.atelier.server.pluginjobs;
