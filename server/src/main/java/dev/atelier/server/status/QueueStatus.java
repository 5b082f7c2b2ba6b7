package dev.atelier.server.status;

/**
 * How much work there is.
 *
 * @param queued jobs that wait
 * @param running jobs that run
 */
public record QueueStatus(int queued, int running) {}
