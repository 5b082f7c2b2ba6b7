/** @typedef {import('./events.js').Preview} Preview */

/** Longer side of a preview's canvas, in pixels: smooth when enlarged, small in memory. */
const CANVAS_SIDE = 512;

/**
 * The newest preview frame of each picture being made, painted on whatever canvas shows it. Frames
 * bypass the store: ten a second need no template rendered.
 */
export class Previews {
  /** @type {Map<string, {frames: number, pictures: Map<number, {step: number, bitmap: ImageBitmap}>}>} */
  #jobs = new Map();
  /** @type {Map<string, HTMLCanvasElement>} */
  #canvases = new Map();
  /** @type {Map<string, (canvas?: Element) => void>} */
  #refs = new Map();

  /** @param {string} jobId */
  has(jobId) {
    return this.#jobs.has(jobId);
  }

  /** Keeps the frame if it is the newest of its picture. @param {Preview} preview */
  async receive({jobId, index, step, jpeg}) {
    const job = this.#jobs.get(jobId) ?? {frames: 0, pictures: new Map()};
    this.#jobs.set(jobId, job);
    let bitmap;
    try {
      bitmap = await createImageBitmap(jpeg);
    } catch {
      return; // A frame that cannot be read is worth nothing; the next one comes soon.
    }
    const known = job.pictures.get(index);
    // Decoding may overtake itself, and the job may have been forgotten meanwhile.
    if (this.#jobs.get(jobId) !== job || (known && known.step > step)) {
      bitmap.close();
      return;
    }
    known?.bitmap.close();
    job.pictures.set(index, {step, bitmap});
    job.frames += 1;
    this.#paint(jobId, index);
    this.#count(jobId);
  }

  /**
   * A lit `ref` callback for the canvas of one picture. The same function each time, so that
   * rendering again does not detach the canvas.
   *
   * @param {string} jobId
   * @param {number} index
   */
  canvasRef(jobId, index) {
    const key = `${jobId}:${index}`;
    let callback = this.#refs.get(key);
    if (!callback) {
      callback = (canvas) => {
        if (!(canvas instanceof HTMLCanvasElement)) {
          this.#canvases.delete(key);
          return;
        }
        this.#canvases.set(key, canvas);
        this.#paint(jobId, index);
        this.#count(jobId);
      };
      this.#refs.set(key, callback);
    }
    return callback;
  }

  /** Lets go of the frames of all other jobs. @param {Set<string>} jobIds */
  keepOnly(jobIds) {
    for (const [jobId, job] of this.#jobs) {
      if (jobIds.has(jobId)) continue;
      for (const {bitmap} of job.pictures.values()) bitmap.close();
      this.#jobs.delete(jobId);
    }
    for (const key of this.#refs.keys()) {
      if (!jobIds.has(key.slice(0, key.lastIndexOf(':'))) && !this.#canvases.has(key)) this.#refs.delete(key);
    }
  }

  /** @param {string} jobId @param {number} index */
  #paint(jobId, index) {
    const canvas = this.#canvases.get(`${jobId}:${index}`);
    const bitmap = this.#jobs.get(jobId)?.pictures.get(index)?.bitmap;
    if (!canvas || !bitmap) return;
    const scale = CANVAS_SIDE / Math.max(bitmap.width, bitmap.height);
    const width = Math.round(bitmap.width * scale);
    const height = Math.round(bitmap.height * scale);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    canvas.classList.add('painted');
  }

  /** Writes how many frames have come on the job's first canvas. @param {string} jobId */
  #count(jobId) {
    const canvas = this.#canvases.get(`${jobId}:0`);
    if (canvas) canvas.dataset.frames = String(this.#jobs.get(jobId)?.frames ?? 0);
  }
}
