import {forGood} from '../storage.js';
import {startDefaults, startOf, startSettingsOf} from './start.js';

/**
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').ImageRequest} ImageRequest
 *
 * @typedef {Omit<ImageRequest, 'seed' | 'start' | 'hires' | 'variation' | 'seed_resize'> & import('./start.js').StartSettings &
 *     {seed: number | null, seed_locked: boolean}} Settings
 *     the form's contents; `seed` is the one used last or typed in
 */

const KEY = 'atelier.settings';

/** @returns {Settings} */
export function defaults() {
  return {
    prompt: '',
    negative_prompt: '',
    model: '',
    width: 512,
    height: 512,
    steps: 20,
    guidance_scale: 7,
    guidance_rescale: 0,
    sampler: 'DPM++ 2M',
    schedule_type: 'Automatic',
    batch_size: 1,
    batch_noise: 'seed_plus_index',
    clip_skip: 1,
    vae: 'Automatic',
    seed: null,
    seed_locked: false,
    ...startDefaults(),
  };
}

/** @returns {Settings | null} null on a first visit */
export function remembered() {
  const saved = forGood.read(KEY);
  // Until samplers and schedules were two choices, this was the one name with both in it.
  const parted = saved?.sampler === 'DPM++ 2M Karras' ? {sampler: 'DPM++ 2M', schedule_type: 'Karras'} : {};
  return saved && {...defaults(), ...saved, ...parted};
}

/** @param {Settings} settings */
export const remember = (settings) => forGood.write(KEY, settings);

/**
 * The request of these settings, and nothing else that a former version may have remembered.
 *
 * @param {Settings} settings
 * @returns {Partial<ImageRequest>} without a model when none is known: the studio then chooses
 */
export function toRequest(settings) {
  const {prompt, negative_prompt, model, width, height, steps, guidance_scale, guidance_rescale} = settings;
  const {sampler, schedule_type, batch_size, batch_noise, clip_skip, vae, plugins} = settings;
  const seed = settings.seed_locked && settings.seed !== null ? settings.seed : -1;
  return {
    prompt, negative_prompt, width, height, steps, guidance_scale, guidance_rescale,
    sampler, schedule_type, seed, batch_size, batch_noise, clip_skip, vae,
    ...(model ? {model} : {}),
    ...(plugins ? {plugins} : {}),
    ...startOf(settings),
  };
}

/**
 * The settings of a request, with the seed it had.
 *
 * @param {ImageRequest} request
 * @returns {Settings}
 */
export function ofRequest(request) {
  const {start, hires, variation, seed_resize, ...rest} = request;
  return {...rest, seed_locked: true, ...startSettingsOf(request)};
}

/**
 * The settings that make this very picture again.
 *
 * @param {Image} image
 * @returns {Settings}
 */
export function ofImage({request, seed, index}) {
  const {variation} = request;
  // With one generator for the whole batch, a later picture's noise exists only within its batch.
  const wholeBatch = request.batch_noise === 'one_generator' && index > 0;
  return {
    // In a batch the variation's seed counts on.
    ...ofRequest({...request, variation: variation && {...variation, seed: (variation.seed + index) % 2 ** 32}}),
    batch_size: wholeBatch ? request.batch_size : 1,
    batch_noise: wholeBatch ? request.batch_noise : 'seed_plus_index',
    seed: wholeBatch ? request.seed : seed,
  };
}
