/**
 * From words to what the UNet attends to: A1111's prompt language (editing, then weights), chunks
 * of tokens, embeddings by name, CLIP's tokenizer and its text encoder.
 */
package dev.atelier.models.text;
