/**
 * Getting models: a queue of downloads that survives the studio, each resumed where it stopped,
 * checked against the hub's hash and by the catalog's own look, and only then put among the models.
 */
package dev.atelier.server.downloads;
