/**
 * The host of the plugins: finds their jars in a folder, loads, starts, stops and unloads them
 * while pictures are made, stands between them and the studio, and switches off what throws or
 * blocks.
 */
package dev.atelier.server.plugins;
