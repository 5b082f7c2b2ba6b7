import {api} from './api.js';

/** What makes control maps from pictures: it comes and goes with the plugins. */
export class Annotators {
  #store;
  /** Counts questions: of two answers the later question's counts. */
  #asked = 0;

  /** @param {import('./store.js').Store<import('./types.js').State>} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {any} event  one of the studio's events */
  receive(event) {
    if (['hello', 'gap', 'plugins'].includes(event.type)) this.#load();
  }

  async #load() {
    const turn = ++this.#asked;
    try {
      const annotators = await api.annotators();
      if (turn === this.#asked) this.#store.update({annotators});
    } catch {
      // Not reachable: the socket notices too, and its next hello asks again.
    }
  }
}
