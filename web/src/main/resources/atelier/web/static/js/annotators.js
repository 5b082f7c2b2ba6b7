import {api} from './api.js';
import {latest} from './latest.js';

/** What makes control maps from pictures: it comes and goes with the plugins. */
export class Annotators {
  #store;
  #all = latest(api.annotators);

  /** @param {import('./store.js').Store<import('./types.js').State>} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {any} event  one of the studio's events */
  receive(event) {
    if (['hello', 'gap', 'plugins'].includes(event.type)) this.#load();
  }

  async #load() {
    const annotators = await this.#all();
    if (annotators) this.#store.update({annotators});
  }
}
