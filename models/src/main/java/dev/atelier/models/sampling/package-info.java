/**
 * From noise to latent. A {@link dev.atelier.models.sampling.NoiseSchedule} says how a model was
 * trained; a {@link dev.atelier.models.sampling.ScheduleType} chooses where a run steps; a {@link
 * dev.atelier.models.sampling.Solver} steps there, one rule a method, each a function of latent,
 * model output and step plus what a multistep method looks back on; {@link
 * dev.atelier.models.sampling.NoiseSource} draws PyTorch's noise. {@link
 * dev.atelier.models.sampling.Sampler} puts them together under the names people know.
 */
package dev.atelier.models.sampling;
