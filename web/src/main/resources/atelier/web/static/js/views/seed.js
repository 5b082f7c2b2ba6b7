import {setError} from './fields.js';

/** @typedef {import('../model/settings.js').Settings} Settings */

const MAX_SEED = 2 ** 32 - 1;

/**
 * The seed: random for every picture, or locked to a number. While it is random the field shows the
 * one used last, so that a lucky picture can be kept.
 *
 * @param {HTMLFormElement} form
 * @param {(change: Partial<Settings>) => void} change
 */
export function createSeed(form, change) {
  const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (form.querySelector(`#${id}`));
  const input = /** @type {HTMLInputElement} */ (part('seed'));
  let locked = false;
  /** @type {number | null} */
  let seed = null;

  /** @returns {HTMLInputElement | null} the field, when something is wrong with it */
  function check() {
    const text = input.value.trim();
    const wrong = locked && text !== '' && (!/^\d+$/.test(text) || Number(text) > MAX_SEED);
    setError(form, 'seed', wrong ? `The seed must be a whole number from 0 to ${MAX_SEED}.` : '');
    return wrong ? input : null;
  }

  input.addEventListener('input', () => {
    const text = input.value.trim();
    locked = text !== '';
    if (!check()) change({seed: locked ? Number(text) : null, seed_locked: locked, batch_noise: 'seed_plus_index'});
  });
  part('seed-random').addEventListener('click', () => {
    change({seed_locked: false, batch_noise: 'seed_plus_index'});
    check();
  });
  part('seed-lock').addEventListener('click', () => {
    // Nothing to keep yet: roll once, so that a locked seed is always a number to see.
    const kept = seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
    change(locked ? {seed_locked: false, batch_noise: 'seed_plus_index'} : {seed: kept, seed_locked: true});
  });

  return {
    check,

    /** @param {Settings} settings @param {HTMLInputElement} [except] */
    show(settings, except) {
      ({seed_locked: locked, seed} = settings);
      const value = seed === null ? '' : String(seed);
      if (input !== except && document.activeElement !== input && input.value !== value) input.value = value;
      input.classList.toggle('faded', !locked);
      part('seed-random').setAttribute('aria-pressed', String(!locked));
      part('seed-lock').setAttribute('aria-pressed', String(locked));
      part('seed-help').textContent = locked
        ? 'Same seed and settings, same picture.'
        : seed === null
          ? 'A new one for every picture.'
          : 'The last one used; the next is new.';
    },
  };
}
