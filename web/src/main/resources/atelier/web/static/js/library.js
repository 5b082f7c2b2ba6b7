import {api} from './api.js';

/** What pictures can be made with: models, their memory, and samplers. */
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

  /**
   * Frees the memory of a model that is idle, or of all of them; that it is free is told by an event.
   *
   * @param {number} [id]
   */
  async free(id) {
    try {
      await api.free(id);
      this.#store.update({memoryProblem: null});
    } catch (problem) {
      this.#store.update({memoryProblem: /** @type {Error} */ (problem).message});
    }
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
