/**
 * What a PNG says about its own making: AUTOMATIC1111's {@code parameters} text and the PNG chunks
 * that carry it.
 */
package dev.atelier.server.metadata;
