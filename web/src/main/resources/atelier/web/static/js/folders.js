import {api} from './api.js';

/** The folders that models are looked for in, and changing them. */
export class Folders {
  #store;

  /** @param {import('./store.js').Store<import('./types.js').State>} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {any} event  one of the studio's events */
  receive(event) {
    if (['hello', 'gap', 'models'].includes(event.type)) this.#load();
  }

  async #load() {
    try {
      this.#store.update({folders: await api.folders()});
    } catch {
      // Not reachable: the socket notices too, and its next hello asks again.
    }
  }

  /**
   * Adds a folder; the models in it are told by an event.
   *
   * @param {string} path
   * @returns {Promise<import('./types.js').Folder | undefined>} the folder as it was found
   * @throws {import('./api.js').Problem}
   */
  async add(path) {
    const known = new Set(this.#store.state.folders?.folders.map((f) => f.id));
    const folders = await api.addFolder(path);
    this.#store.update({folders});
    return folders.folders.find((f) => f.id !== null && !known.has(f.id));
  }

  /** Takes one off the list that was added. @param {string} id @throws {import('./api.js').Problem} */
  async remove(id) {
    this.#store.update({folders: await api.removeFolder(id)});
  }
}
