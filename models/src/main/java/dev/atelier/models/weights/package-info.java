/**
 * Weights on disk: memory-mapped safetensors and the folders they come in. Files are user input:
 * every length and offset is checked before it is used, and an error names the file and the fault.
 */
package dev.atelier.models.weights;
