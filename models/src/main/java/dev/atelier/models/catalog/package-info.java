/**
 * The models found in the folders that the user pointed at. Looks at names, sizes and headers only:
 * nothing is loaded, no tensor is made.
 */
package dev.atelier.models.catalog;
