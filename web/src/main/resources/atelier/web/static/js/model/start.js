/**
 * @typedef {import('../types.js').ImageRequest} ImageRequest
 * @typedef {import('../types.js').InputPicture} InputPicture
 *
 * @typedef {object} StartSettings  what the form holds of what a picture begins with
 * @property {'text' | 'picture'} start_mode
 * @property {InputPicture | null} start_picture
 * @property {number} start_strength
 * @property {string} start_resize
 * @property {boolean} mask_on
 * @property {InputPicture | null} mask_picture  the mask as it was sent last
 * @property {boolean} mask_inverted
 * @property {string} mask_area  `whole` or `only`
 * @property {string} mask_content
 * @property {number} mask_blur
 * @property {number} mask_padding
 * @property {string} hires_upscaler  empty for none
 * @property {number} hires_scale
 * @property {number} hires_steps
 * @property {number} hires_strength
 * @property {number} variation_strength  0 for none
 * @property {number} variation_seed  -1 for a random one
 * @property {number} seed_resize_width  0 for the picture's own size
 * @property {number} seed_resize_height
 */

/** @returns {StartSettings} */
export function startDefaults() {
  return {
    start_mode: 'text',
    start_picture: null,
    start_strength: 0.75,
    start_resize: 'just_resize',
    mask_on: false,
    mask_picture: null,
    mask_inverted: false,
    mask_area: 'whole',
    mask_content: 'original',
    mask_blur: 4,
    mask_padding: 32,
    hires_upscaler: '',
    hires_scale: 2,
    hires_steps: 0,
    hires_strength: 0.7,
    variation_strength: 0,
    variation_seed: -1,
    seed_resize_width: 0,
    seed_resize_height: 0,
  };
}

/**
 * The fields of a request that these settings mean.
 *
 * @param {StartSettings & {width: number, height: number}} settings
 * @returns {Pick<ImageRequest, 'start' | 'hires' | 'variation' | 'seed_resize'>}
 */
export function startOf(settings) {
  const fromPicture = settings.start_mode === 'picture' && settings.start_picture;
  return {
    start: fromPicture
      ? {
          picture: /** @type {InputPicture} */ (settings.start_picture),
          resize_mode: settings.start_resize,
          strength: settings.start_strength,
          mask: settings.mask_on && settings.mask_picture ? maskOf(settings, settings.mask_picture) : null,
        }
      : null,
    hires: !fromPicture && settings.hires_upscaler
      ? {
          width: enlarged(settings.width, settings.hires_scale),
          height: enlarged(settings.height, settings.hires_scale),
          upscaler: settings.hires_upscaler,
          steps: settings.hires_steps,
          strength: settings.hires_strength,
        }
      : null,
    variation: settings.variation_strength > 0
      ? {seed: settings.variation_seed, strength: settings.variation_strength}
      : null,
    // One side alone is sent, too: the studio says what is missing.
    seed_resize: settings.seed_resize_width || settings.seed_resize_height
      ? {width: settings.seed_resize_width, height: settings.seed_resize_height}
      : null,
  };
}

/** @param {StartSettings} settings @param {InputPicture} picture */
function maskOf(settings, picture) {
  return {
    picture,
    inverted: settings.mask_inverted,
    blur: settings.mask_blur,
    content: settings.mask_content,
    only_masked: settings.mask_area === 'only',
    padding: settings.mask_padding,
  };
}

/** Whole multiples of 8; a scale that came from a size gives that size back. @param {number} side @param {number} scale */
const enlarged = (side, scale) => Math.floor((side * scale + 1e-6) / 8) * 8;

/**
 * The settings that a request's start came from.
 *
 * @param {ImageRequest} request
 * @returns {StartSettings}
 */
export function startSettingsOf({start, hires, variation, seed_resize: resize, width}) {
  const mask = start?.mask;
  return {
    ...startDefaults(),
    ...(start && {
      start_mode: /** @type {const} */ ('picture'),
      start_picture: start.picture,
      start_strength: start.strength,
      start_resize: start.resize_mode,
    }),
    ...(mask && {
      mask_on: true,
      mask_picture: mask.picture,
      mask_inverted: mask.inverted,
      mask_area: mask.only_masked ? 'only' : 'whole',
      mask_content: mask.content,
      mask_blur: mask.blur,
      mask_padding: mask.padding,
    }),
    ...(hires && {
      hires_upscaler: hires.upscaler,
      hires_scale: hires.width / width,
      hires_steps: hires.steps,
      hires_strength: hires.strength,
    }),
    ...(variation && {variation_strength: variation.strength, variation_seed: variation.seed}),
    ...(resize && {seed_resize_width: resize.width, seed_resize_height: resize.height}),
  };
}

/**
 * The size of the pictures that a request makes.
 *
 * @param {ImageRequest} request
 * @returns {{width: number, height: number}}
 */
export function resultSize({width, height, start, hires}) {
  if (hires) return {width: hires.width, height: hires.height};
  if (start?.mask?.only_masked) return {width: start.picture.width, height: start.picture.height};
  return {width, height};
}

/**
 * A picture's shape at the size that a model was trained on: its shorter side is the model's own.
 *
 * @param {{width: number, height: number}} picture
 * @param {number} trained  in pixels
 * @returns {{width: number, height: number}}
 */
export function sizeFor({width, height}, trained) {
  const scale = trained / Math.min(width, height);
  const side = (/** @type {number} */ pixels) => Math.min(2048, Math.max(64, Math.round((pixels * scale) / 8) * 8));
  return {width: side(width), height: side(height)};
}
