/**
 * What the panel's values say of LoRAs. A LoRA that was switched off keeps its weights.
 *
 * @typedef {{name: string, on?: boolean, unet?: number, text_encoder?: number}} Use
 * @typedef {object} Lora  as GET /plugins/lora/list tells of it
 * @property {string} id
 * @property {string} name
 * @property {string} alias
 * @property {string | null} title
 * @property {string | null} base_model
 * @property {string} kind
 * @property {number} bytes
 * @property {string[]} trigger_words
 * @property {string | null} author
 * @property {string | null} license
 * @property {string | null} description
 * @property {number} unet_modules
 * @property {number} text_encoder_modules
 * @property {string[]} unmatched
 * @property {number} unmatched_count
 * @property {string | null} problem
 * @property {string | null} thumbnail
 * @property {boolean} thumbnail_chosen
 */

export const MIN = -2;
export const MAX = 2;
export const STEP = 0.05;

/** Whether a use is of that LoRA: requests may name it by its file as well. @param {Use} use @param {Lora} lora */
const isOf = (use, lora) => [lora.id, lora.name, lora.alias].includes(use.name);

/** @param {Use[]} uses @param {Lora} lora */
export function useOf(uses, lora) {
  const {on = false, ...rest} = uses.find((use) => use.name === lora.id) ?? uses.find((use) => isOf(use, lora)) ?? {};
  const {unet = 1, text_encoder: text = unet} = rest;
  return {on, unet, text_encoder: text};
}

/** @param {Use[]} uses @param {Lora} lora @param {Partial<Use>} change @returns {Use[]} */
export function withUse(uses, lora, change) {
  const now = {name: lora.id, ...useOf(uses, lora), ...change};
  const at = uses.findIndex((use) => isOf(use, lora));
  return at < 0 ? [...uses, now] : uses.map((use, i) => (i === at ? now : use)).filter((use, i) => i === at || !isOf(use, lora));
}

/** Those that no file is known for. @param {Use[]} uses @param {Lora[]} loras */
export const strangers = (uses, loras) => uses.filter((use) => use.on !== false && !loras.some((lora) => isOf(use, lora)));

/** @param {Lora[]} loras @param {string} words */
export function found(loras, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return loras.filter((lora) => {
    const text = [lora.name, lora.alias, lora.title, lora.base_model, lora.kind, lora.author, ...lora.trigger_words].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
