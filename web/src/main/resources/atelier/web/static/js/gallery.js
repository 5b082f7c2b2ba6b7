import {api, Problem} from './api.js';

/**
 * @typedef {import('./types.js').Image} Image
 * @typedef {import('./types.js').State} State
 */

/** The pictures made so far, as far as the page has asked for them. */
export class Gallery {
  #store;
  /** Pictures deleted while a page of the history was on its way. @type {Set<string>} */
  #deleted = new Set();

  /** @param {import('./store.js').Store<State>} store */
  constructor(store) {
    this.#store = store;
  }

  /** Loads the next page of the history, if there is one and none is on its way. */
  async loadMore() {
    const {history} = this.#store.state;
    if (history.loading || history.next === null) return;
    this.#store.update({history: {...history, loading: true, problem: null}});
    try {
      const page = await api.images(history.next);
      this.#merge(page.images, 'older', {next: page.next, loading: false});
    } catch (problem) {
      const {message} = /** @type {Error} */ (problem);
      this.#store.update(({history: h}) => ({history: {...h, loading: false, problem: message}}));
    }
  }

  /** Brings in the pictures made while this page was not listening. */
  async loadNewest() {
    const {history} = this.#store.state;
    if (history.next === undefined) return this.loadMore();
    const known = new Set(history.images.map((i) => i.id));
    const page = await api.images(null);
    // More new ones than a page holds would leave a hole: begin the history again instead.
    if (page.next !== null && !page.images.some((i) => known.has(i.id))) {
      this.#store.update({history: {images: page.images, next: page.next, loading: false, problem: null}});
    } else {
      this.#merge(page.images, 'newer');
    }
  }

  /** Takes in the pictures of a job that has ended. @param {Image[]} images  in the batch's order */
  add(images) {
    if (images.length) this.#merge([...images].reverse(), 'newer');
  }

  /** @param {string} id @throws {Problem} */
  async delete(id) {
    try {
      await api.deleteImage(id);
    } catch (problem) {
      // Gone already: what was wanted.
      if (!(problem instanceof Problem && problem.status === 404)) throw problem;
    }
    this.forget(id);
  }

  /** Takes a deleted picture off the page; its neighbour takes its place on the stage. @param {string} id */
  forget(id) {
    this.#deleted.add(id);
    this.#store.update(({history, jobs, stage}) => {
      const at = history.images.findIndex((i) => i.id === id);
      const images = history.images.filter((i) => i.id !== id);
      const neighbour = images[Math.min(at, images.length - 1)];
      const wasShown = stage.kind === 'image' && stage.id === id;
      return {
        history: {...history, images},
        jobs: jobs.map((j) => ({...j, images: j.images.filter((i) => i.id !== id)})),
        stage: !wasShown ? stage : neighbour ? {kind: 'image', id: neighbour.id} : {kind: 'live'},
      };
    });
  }

  /**
   * @param {Image[]} images
   * @param {'newer' | 'older'} end  where unknown ones go
   * @param {Partial<State['history']>} [change]
   */
  #merge(images, end, change = {}) {
    this.#store.update(({history}) => {
      const known = new Set(history.images.map((i) => i.id));
      const fresh = images.filter((i) => !known.has(i.id) && !this.#deleted.has(i.id));
      const merged = end === 'newer' ? [...fresh, ...history.images] : [...history.images, ...fresh];
      return {history: {...history, ...change, images: merged}};
    });
  }
}
