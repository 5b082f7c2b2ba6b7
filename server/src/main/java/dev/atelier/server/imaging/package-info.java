/** Pictures as bytes: PNG and JPEG, and smaller or larger copies. No tensor, no event loop. */
package dev.atelier.server.imaging;
