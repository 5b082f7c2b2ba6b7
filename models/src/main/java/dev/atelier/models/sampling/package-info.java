/**
 * Samplers: one class a solver, each a pure function of latent, model output and step plus its own
 * noise; the noise schedule, the timesteps and sigmas are separate from the solvers.
 */
package dev.atelier.models.sampling;
