package dev.atelier.server.hub;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file to be downloaded.
 *
 * @param path where it goes, below the plan's target when that is a folder; never a hub's own words
 * @param url where it is
 * @param bytes its size as the hub says
 * @param checksum its hash as the hub says
 */
public record PlannedFile(String path, URI url, OptionalLong bytes, Optional<Checksum> checksum) {}
