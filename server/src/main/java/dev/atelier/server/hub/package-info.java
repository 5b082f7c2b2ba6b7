/**
 * Where models come from: addresses that people paste, what Hugging Face, Civitai or a plain server
 * say of them, and from that a plan of what would be downloaded. Nothing is downloaded here.
 */
package dev.atelier.server.hub;
