/**
 * @typedef {import('../types.js').Model} Model
 * @typedef {import('../types.js').State} State
 */

/** The kinds of model in the order in which people look for them, and what they are called. */
export const KINDS = {
  checkpoint: 'Checkpoints',
  lora: 'LoRAs',
  embedding: 'Embeddings',
  vae: 'VAEs',
  controlnet: 'ControlNets',
};

/**
 * The models that a search leaves, those of one kind together.
 *
 * @param {Model[]} models
 * @param {string} kind  empty for all
 * @param {string} words  each must be in the model's id, its hash or what is said of it
 * @returns {Model[]}
 */
export function filtered(models, kind, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = Object.keys(KINDS);
  return models
    .filter((m) => (!kind || m.kind === kind) && wanted.every((w) => searched(m).includes(w)))
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

/** @param {Model} model */
const searched = (model) => [model.id, model.path, model.sha256, ...model.notes, model.problem].join(' ').toLowerCase();

/**
 * What a model's parts take of the devices' memory right now, those included that it has in common
 * with others.
 *
 * @param {Model} model
 * @param {State['system']} system
 * @returns {number} bytes; 0 when it is not in memory
 */
export function bytesInMemory(model, system) {
  return (system?.devices ?? [])
    .flatMap((d) => d.models)
    .filter((held) => held.models.includes(model.id))
    .reduce((sum, held) => sum + held.bytes, 0);
}
