/**
 * What {@code ./atelier bench} measures: the parts of a picture in milliseconds, and the UNet's
 * arithmetic as a share of what the machine can do, both in one run, because a machine's speed
 * drifts and ratios hold better.
 */
package dev.atelier.models.bench;
