/**
 * Turns a checkpoint of one layout into the same checkpoint of another: a single file into a
 * diffusers folder and back. The weights stay what they are to the bit.
 */
package dev.atelier.models.convert;
