import {api} from './api.js';
import {latest} from './latest.js';

/** What pictures can be made with: models, their memory, and samplers. */
export class Library {
  #store;
  #samplers = latest(api.samplers);
  /** The models or what is wrong with them, whoever asked. */
  #catalog = latest(catalogOf);

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
    const change = await this.#catalog(ask);
    if (change) this.#store.update(change);
  }

  /** Without an answer the form offers the remembered one. */
  async #loadSamplers() {
    const samplers = await this.#samplers();
    if (samplers) this.#store.update({samplers});
  }
}

/**
 * What an answer changes in the page's state; none is an answer, too.
 *
 * @param {() => Promise<import('./types.js').Catalog>} ask
 * @returns {Promise<Partial<import('./types.js').State>>}
 */
async function catalogOf(ask) {
  try {
    return {catalog: await ask(), catalogProblem: null};
  } catch (problem) {
    return {catalogProblem: /** @type {Error} */ (problem).message};
  }
}
