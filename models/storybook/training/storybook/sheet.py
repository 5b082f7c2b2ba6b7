"""Pictures side by side in one image file."""
import numpy as np
import torch
from PIL import Image


def save(images, columns, path, quality=88):
    """Writes images (n, 3, h, w) in 0..1 as rows of `columns`."""
    pixels = (images.float().clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()
    n, _, h, w = pixels.shape
    grid = np.full((-(-n // columns) * h, columns * w, 3), 255, np.uint8)
    for i in range(n):
        row, column = divmod(i, columns)
        grid[row * h:(row + 1) * h, column * w:(column + 1) * w] = pixels[i].transpose(1, 2, 0)
    Image.fromarray(grid).save(path, **({} if str(path).endswith('.png') else {'quality': quality, 'optimize': True}))
