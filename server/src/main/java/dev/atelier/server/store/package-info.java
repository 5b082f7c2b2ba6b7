/**
 * The data folder: the data base (SQLite, migrated by Flyway), the order of changes to it where
 * more than rows depends on it, and a lock that keeps a second studio out. Knows nothing of what
 * the rows mean.
 */
package dev.atelier.server.store;
