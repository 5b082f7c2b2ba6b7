import {api} from './api.js';

/** @typedef {import('./types.js').InputPicture} InputPicture */

/** What the studio takes as it is; anything else the browser can show is drawn anew first. */
const TYPES = ['image/png', 'image/jpeg'];
const MAX_SIDE = 8192;
const MAX_PIXELS = 25_000_000;
const MAX_BYTES = 32 * 2 ** 20;

/**
 * Sends a picture to the studio, to begin a picture with.
 *
 * @param {Blob} file
 * @returns {Promise<InputPicture>}
 * @throws {import('./api.js').Problem | Error} with a sentence for the user
 */
export async function sendPicture(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error('This file is no picture that the browser can read.');
  }
  const {width, height} = bitmap;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height), Math.sqrt(MAX_PIXELS / (width * height)));
  const fits = TYPES.includes(file.type) && scale === 1 && file.size <= MAX_BYTES;
  const sent = fits ? file : await redrawn(bitmap, scale, file.type === 'image/jpeg');
  bitmap.close();
  return api.addInput(sent);
}

/** @param {ImageBitmap} bitmap @param {number} scale @param {boolean} photo */
function redrawn(bitmap, scale, photo) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(bitmap.width * scale);
  canvas.height = Math.floor(bitmap.height * scale);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return blobOf(canvas, photo ? 'image/jpeg' : 'image/png');
}

/** @param {HTMLCanvasElement} canvas @param {string} type @returns {Promise<Blob>} */
export function blobOf(canvas, type) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture is too large for this browser.'))), type, 0.95);
  });
}
