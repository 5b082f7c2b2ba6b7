/**
 * The GPU model registry: the only owner of weights in memory. Leases are reference-counted,
 * several users share one copy, and a byte budget is kept by evicting what was used least recently,
 * from the device's memory to the host's where there is room.
 */
package dev.atelier.models.registry;
