/**
 * The pictures that jobs begin with: checked before they are decoded, turned upright, written anew,
 * and kept as long as a job names them.
 */
package dev.atelier.server.inputs;
