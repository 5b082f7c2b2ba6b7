/**
 * The page as its users have it: a real browser on a real studio with the built-in model. {@code
 * ./atelier test} gets the browser and names it in the system property {@code atelier.browser}.
 */
package dev.atelier.server.browser;
