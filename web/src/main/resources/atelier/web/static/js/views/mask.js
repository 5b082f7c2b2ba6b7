import {blobOf} from '../inputs.js';

/** Longer side of the mask, in pixels; the studio brings it to the picture's size. */
const LONGEST = 1024;
const COLOUR = '#e0457b';

/**
 * A mask painted over a picture with mouse, finger, pen or keyboard. What was done is a list, so
 * that each thing can be taken back.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{size: () => number, resize: (by: number) => void, erasing: () => boolean, toggleEraser: () => void, changed: () => void}} tools
 *     `size` is the brush's width in pixels of the screen
 */
export function createMask(canvas, tools) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', {willReadFrequently: true}));
  /**
   * @typedef {{kind: 'stroke', erase: boolean, width: number, points: [number, number][]}} Stroke
   * @typedef {Stroke | {kind: 'invert'} | {kind: 'clear'} | {kind: 'picture', bitmap: ImageBitmap}} Deed
   */
  /** @type {Deed[]} */
  let deeds = [];
  /** @type {Stroke | null} */
  let stroke = null;
  /** Where the keyboard's brush is, and whether it is down. */
  let at = {x: 0, y: 0};
  let down = false;

  /** @param {PointerEvent} event @returns {[number, number]} */
  function place(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * canvas.width, ((event.clientY - box.top) / box.height) * canvas.height];
  }

  const brush = () => (tools.size() * canvas.width) / (canvas.getBoundingClientRect().width || canvas.width);

  /** @param {[number, number]} point */
  function begin(point) {
    stroke = {kind: 'stroke', erase: tools.erasing(), width: brush(), points: [point]};
    deeds.push(stroke);
    paint(stroke);
  }

  /** @param {[number, number][]} points */
  function go(points) {
    if (!stroke) return;
    stroke.points.push(...points);
    paint({...stroke, points: stroke.points.slice(-points.length - 1)});
  }

  function end() {
    if (!stroke) return;
    stroke = null;
    tools.changed();
  }

  /** @param {Stroke} part */
  function paint({erase, width, points}) {
    context.globalCompositeOperation = erase ? 'destination-out' : 'source-over';
    context.strokeStyle = COLOUR;
    context.lineWidth = width;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of points) context.lineTo(...point);
    context.stroke();
    context.globalCompositeOperation = 'source-over';
  }

  /** @param {Deed} deed */
  function perform(deed) {
    if (deed.kind === 'stroke') paint(deed);
    else if (deed.kind === 'clear') context.clearRect(0, 0, canvas.width, canvas.height);
    else if (deed.kind === 'invert') {
      context.globalCompositeOperation = 'source-out';
      context.fillStyle = COLOUR;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.globalCompositeOperation = 'source-over';
    } else load(deed.bitmap);
  }

  /** White becomes painted. @param {ImageBitmap} bitmap */
  function load(bitmap) {
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    const [red, green, blue] = [1, 3, 5].map((i) => parseInt(COLOUR.slice(i, i + 2), 16));
    for (let i = 0; i < image.data.length; i += 4) {
      image.data[i + 3] = Math.round((image.data[i] * image.data[i + 3]) / 255);
      [image.data[i], image.data[i + 1], image.data[i + 2]] = [red, green, blue];
    }
    context.putImageData(image, 0, 0);
  }

  function redo() {
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (const deed of deeds) perform(deed);
  }

  /** @param {Deed} deed */
  function add(deed) {
    deeds.push(deed);
    perform(deed);
    tools.changed();
  }

  function undo() {
    if (!deeds.length) return;
    deeds.pop();
    redo();
    tools.changed();
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.focus({preventScroll: true});
    canvas.setPointerCapture(event.pointerId);
    begin(place(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    if (stroke && !down) go((event.getCoalescedEvents?.() ?? [event]).map(place));
  });
  for (const over of ['pointerup', 'pointercancel']) canvas.addEventListener(over, end);

  /** @type {Record<string, [number, number]>} */
  const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  canvas.addEventListener('keydown', (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && key === 'z') undo();
    else if (ctrl || event.altKey) return;
    else if (key in MOVES) moveBy(MOVES[key]);
    else if (key === ' ') lift(!down);
    else if (key === '[' || key === ']') tools.resize(key === '[' ? -8 : 8);
    else if (key === 'e') tools.toggleEraser();
    else if (key === 'i') add({kind: 'invert'});
    else if (key === 'Delete' || key === 'Backspace') add({kind: 'clear'});
    else return;
    event.preventDefault();
  });
  canvas.addEventListener('blur', () => lift(false));

  /** @param {[number, number]} way */
  function moveBy([dx, dy]) {
    const step = Math.max(4, brush() / 3);
    at = {
      x: Math.min(canvas.width, Math.max(0, at.x + dx * step)),
      y: Math.min(canvas.height, Math.max(0, at.y + dy * step)),
    };
    if (down) go([[at.x, at.y]]);
  }

  /** @param {boolean} put */
  function lift(put) {
    if (put && !stroke) begin([at.x, at.y]);
    if (!put && down) end();
    down = put;
  }

  return {
    undo,
    invert: () => add({kind: 'invert'}),
    clear: () => add({kind: 'clear'}),

    /** Begins with a clean mask for a picture of that size. @param {{width: number, height: number}} picture */
    reset({width, height}) {
      const scale = Math.min(1, LONGEST / Math.max(width, height));
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      deeds = [];
      at = {x: canvas.width / 2, y: canvas.height / 2};
      down = false;
    },

    /** Puts a mask that was sent before in its place. @param {ImageBitmap} bitmap */
    show(bitmap) {
      deeds.push({kind: 'picture', bitmap});
      redo();
    },

    /** Whether nothing is painted. */
    get empty() {
      const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 3; i < data.length; i += 4) if (data[i] > 127) return false;
      return true;
    },

    /** White on black. @returns {Promise<Blob>} */
    blob() {
      const sheet = document.createElement('canvas');
      sheet.width = canvas.width;
      sheet.height = canvas.height;
      const to = /** @type {CanvasRenderingContext2D} */ (sheet.getContext('2d'));
      to.drawImage(canvas, 0, 0);
      to.globalCompositeOperation = 'source-in';
      to.fillStyle = '#fff';
      to.fillRect(0, 0, sheet.width, sheet.height);
      to.globalCompositeOperation = 'destination-over';
      to.fillStyle = '#000';
      to.fillRect(0, 0, sheet.width, sheet.height);
      return blobOf(sheet, 'image/png');
    },
  };
}
