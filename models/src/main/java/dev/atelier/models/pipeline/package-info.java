/**
 * A picture's way through the networks: prompt, text encoder, sampler loop with classifier-free
 * guidance, VAE decoder. Requests and pictures are plain Java values, so a caller never holds a
 * tensor.
 */
package dev.atelier.models.pipeline;
