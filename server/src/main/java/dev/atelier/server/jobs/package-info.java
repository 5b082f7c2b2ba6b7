/**
 * The durable queue: jobs are rows in SQLite, so they outlive the process. States go queued →
 * running → done | failed | cancelled.
 */
package dev.atelier.server.jobs;
