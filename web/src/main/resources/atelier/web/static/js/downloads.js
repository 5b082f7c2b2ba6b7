import {api} from './api.js';

/**
 * @typedef {import('./types.js').Download} Download
 * @typedef {import('./types.js').State} State
 */

/** Models that are fetched or were: what the user does with them, and what becomes of them. */
export class Downloads {
  #store;
  /** The newest that is known of each, those that are gone among them. @type {Map<string, number>} */
  #revisions = new Map();

  /** @param {import('./store.js').Store<State>} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {any} event  one of the studio's events */
  receive(event) {
    if (event.type === 'hello' || event.type === 'gap') this.#load();
    else if (event.type === 'download') this.#put(event.download);
  }

  async #load() {
    try {
      const all = await api.downloads();
      const known = new Map(this.#store.state.downloads.map((d) => [d.id, d]));
      this.#store.update({downloads: all.map((d) => (this.#isNews(d) ? d : known.get(d.id))).filter((d) => d !== undefined)});
    } catch {
      // Not reachable: the socket notices too, and its next hello asks again.
    }
  }

  /**
   * Notes how a download stands, unless something newer is known: the answer to a request can come
   * after the event that tells of a later state.
   *
   * @param {Download} download
   */
  #isNews({id, revision}) {
    if (revision < (this.#revisions.get(id) ?? 0)) return false;
    this.#revisions.set(id, revision);
    return true;
  }

  /** @param {Download} download */
  #put(download) {
    if (!this.#isNews(download)) return;
    const gone = ['cancelled', 'removed'].includes(download.state);
    this.#store.update(({downloads}) => ({
      downloads: gone
        ? downloads.filter((d) => d.id !== download.id)
        : downloads.some((d) => d.id === download.id)
          ? downloads.map((d) => (d.id === download.id ? download : d))
          : [download, ...downloads],
    }));
  }

  /** What is at an address. @param {string} address */
  look(address) {
    return api.lookAt(address);
  }

  /** Downloads what was looked at. @param {string} plan  its id @throws {import('./api.js').Problem} */
  async start(plan) {
    this.#put(await api.startDownload(plan));
  }

  /** @param {string} id @param {'pause' | 'resume'} what @throws {import('./api.js').Problem} */
  async steer(id, what) {
    this.#put(await api.steerDownload(id, what));
  }

  /** Gives a download up, or takes away the model that it brought. @param {string} id @throws {import('./api.js').Problem} */
  async remove(id) {
    this.#put(await api.removeDownload(id));
  }
}
