import {forGood} from './storage.js';

const KEY = 'atelier.theme';
const ORDER = /** @type {const} */ (['system', 'dark', 'light']);

/** @typedef {typeof ORDER[number]} Theme */

/** @returns {Theme} */
export function theme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'dark' || chosen === 'light' ? chosen : 'system';
}

/** Goes from the system's theme to dark, to light and back. @returns {Theme} the one now in force */
export function nextTheme() {
  const next = ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length];
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  forGood.write(KEY, next);
  return next;
}
