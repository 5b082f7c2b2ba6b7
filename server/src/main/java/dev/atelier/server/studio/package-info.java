/** The studio's services in one hand, as the HTTP routes are given them. */
package dev.atelier.server.studio;
