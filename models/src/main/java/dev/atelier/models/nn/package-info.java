/**
 * The networks of Stable Diffusion 1.5 as Java trees that read like their diagrams. Modules carry
 * diffusers' names and take their weights by diffusers' paths; sizes come from the model's own
 * configuration, never from the code. Each leaf is one call into {@code layers.ts}.
 *
 * <p>A network can be used with other weights for a while: see {@link
 * dev.atelier.models.nn.WeightPatch}.
 */
package dev.atelier.models.nn;
