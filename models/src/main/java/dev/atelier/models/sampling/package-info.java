/**
 * From noise to latent. A {@link dev.atelier.models.sampling.NoiseSchedule} says how a model was
 * trained; a timestep spacing and a {@link dev.atelier.models.sampling.SigmaSchedule} choose where
 * a run steps; a {@link dev.atelier.models.sampling.Solver} steps there, one class a method, each a
 * function of latent, model output and step plus a multistep method's history; {@link
 * dev.atelier.models.sampling.NoiseSource} draws PyTorch's noise. {@link
 * dev.atelier.models.sampling.Sampler} puts them together under the names people know.
 */
package dev.atelier.models.sampling;
