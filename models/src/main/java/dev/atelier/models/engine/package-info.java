/**
 * The door to libtorch. The shape of a network is Java; the mathematics of a layer is one function
 * of {@code layers.ts}, TorchScript source text that is loaded at start. One call from Java costs
 * about 25 times what an operation inside TorchScript costs, and TorchScript is the only way from
 * the JVM to fused attention and group norm, so calls are few and coarse. A GPU is asked for a
 * whole pass at once: {@link dev.atelier.models.engine.PassRecorder}.
 */
package dev.atelier.models.engine;
