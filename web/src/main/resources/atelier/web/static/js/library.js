import {api} from './api.js';

/** What pictures can be made with: models and samplers. */
export class Library {
  #store;

  /** @param {import('./store.js').Store<import('./types.js').State>} store */
  constructor(store) {
    this.#store = store;
  }

  async load() {
    await Promise.all([this.loadModels(), this.#loadSamplers()]);
  }

  loadModels() {
    return this.#take(api.models);
  }

  /** Has the studio look through the model folders again. */
  rescan() {
    return this.#take(api.rescan);
  }

  /** @param {() => Promise<import('./types.js').Catalog>} ask */
  async #take(ask) {
    try {
      this.#store.update({catalog: await ask(), catalogProblem: null});
    } catch (problem) {
      this.#store.update({catalogProblem: /** @type {Error} */ (problem).message});
    }
  }

  async #loadSamplers() {
    try {
      this.#store.update({samplers: await api.samplers()});
    } catch {
      // Asked again when the connection is back; the form offers the remembered one meanwhile.
    }
  }
}
