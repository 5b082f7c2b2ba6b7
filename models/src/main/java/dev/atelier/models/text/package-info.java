/** From words to what the UNet attends to: CLIP's tokenizer and its text encoder. */
package dev.atelier.models.text;
