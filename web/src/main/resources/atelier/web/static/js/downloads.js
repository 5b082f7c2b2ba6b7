import {api} from './api.js';
import {LiveList} from './live-list.js';

/**
 * @typedef {import('./types.js').Download} Download
 * @typedef {import('./types.js').State} State
 */

/** Models that are fetched or were: what the user does with them, and what becomes of them. */
export class Downloads {
  /** @type {LiveList<Download>} */
  #list;

  /** @param {import('./store.js').Store<State>} store */
  constructor(store) {
    this.#list = new LiveList(store, 'downloads', api.downloads);
  }

  /** @param {any} event  one of the studio's events */
  receive(event) {
    if (event.type === 'hello' || event.type === 'gap') this.#list.load();
    else if (event.type === 'download') this.#put(event.download);
  }

  /** @param {Download} download */
  #put(download) {
    if (['cancelled', 'removed'].includes(download.state)) this.#list.forget(download.id);
    else this.#list.put(download);
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
