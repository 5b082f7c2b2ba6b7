/**
 * The one thread that touches the engine: it takes job after job from the queue, watches its
 * pictures form and hands them to the gallery.
 */
package dev.atelier.server.gpu;
