/**
 * AUTOMATIC1111's API for the programs that speak it: its field names, its shapes, its defaults
 * (modules/api of stable-diffusion-webui 1.10). What it can do and this studio cannot is refused
 * with a sentence, not ignored.
 */
package dev.atelier.server.http.a1111;
