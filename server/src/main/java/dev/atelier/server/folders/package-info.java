/**
 * Which folders of the machine models are looked for in: those that the studio was started with,
 * and those that people added while it ran, which the data base keeps. Says which folders may be
 * added, since that lets the studio read them.
 */
package dev.atelier.server.folders;
