/**
 * Pixels before the networks see them and after: the resize modes, masks and crops of image to
 * image and inpainting as AUTOMATIC1111 defines them. Plain Java, no tensor.
 */
package dev.atelier.models.picture;
