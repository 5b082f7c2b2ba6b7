/**
 * The studio's way out to other servers: hosts on a list only, at public addresses only, each
 * redirect looked at again. Everything that the studio fetches goes through it.
 */
package dev.atelier.server.outbound;
