/**
 * What a plugin may do. Small and stable: records and interfaces only, nothing of Vert.x and no
 * tensor in a signature.
 */
package dev.atelier.plugins.api;
