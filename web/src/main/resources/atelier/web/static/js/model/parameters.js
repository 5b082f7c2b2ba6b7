import {forGood} from '../storage.js';

const KEY = 'atelier.plugins';

/**
 * What the user set in a plugin's panel. It outlives the panel: a plugin that comes back finds it.
 *
 * @typedef {{on: boolean, open: boolean, values: Record<string, unknown>}} Setting
 */

/** @param {string} id @returns {Setting} */
export function remembered(id) {
  return {on: false, open: false, values: {}, ...forGood.read(KEY)?.[id]};
}

/** @param {string} id @param {Setting} setting */
export function remember(id, setting) {
  forGood.write(KEY, {...forGood.read(KEY), [id]: setting});
}

/**
 * The values that a schema knows, with its defaults for those that are missing or of another type.
 *
 * @param {import('../types.js').Schema} schema
 * @param {Record<string, unknown>} values
 */
export function fitted(schema, values) {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      kind(values[name]) === kind(property.default) ? values[name] : property.default,
    ]),
  );
}

/** @param {unknown} value */
const kind = (value) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);
