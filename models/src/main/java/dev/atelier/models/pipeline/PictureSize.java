package dev.atelier.models.pipeline;

/** Width and height in pixels. */
public record PictureSize(int width, int height) {}
