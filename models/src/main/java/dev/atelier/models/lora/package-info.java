/**
 * Low-rank adaptation (Hu et al., arXiv 2106.09685) and its kin, applied: a file in whatever naming
 * its trainer wrote becomes changes of a network's parameters, which are added to its weights for
 * one picture. {@code nn} keeps the books of what was changed and brings it back.
 */
package dev.atelier.models.lora;
