/**
 * Everything ever made: PNG files plus rows. A file appears under its name only when it is whole,
 * and a row only when its file is there.
 */
package dev.atelier.server.gallery;
