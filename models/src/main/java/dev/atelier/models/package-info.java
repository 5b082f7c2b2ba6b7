/**
 * Everything that computes: it knows nothing of HTTP. One package a concern, each readable alone;
 * {@code pipeline} is the door that the server uses, and no tensor leaves through it.
 */
package dev.atelier.models;
