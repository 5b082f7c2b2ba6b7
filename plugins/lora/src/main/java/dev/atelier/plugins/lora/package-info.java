/**
 * LoRAs in pictures: finds them in the model folders, shows them as cards in the page, takes them
 * from cards and from tags in prompts, and hands them to the pipeline, which computes them.
 */
package dev.atelier.plugins.lora;
