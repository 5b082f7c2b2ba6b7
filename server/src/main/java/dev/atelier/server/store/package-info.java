/**
 * The data folder: the data base (SQLite, migrated by Flyway) and a lock that keeps a second studio
 * out. Knows nothing of what the rows mean.
 */
package dev.atelier.server.store;
