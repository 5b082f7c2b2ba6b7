import {api} from './api.js';
import {latest} from './latest.js';

/** @typedef {import('./types.js').FolderList} FolderList */

/** The folders that models are looked for in, and changing them. */
export class Folders {
  #store;
  /** The list that was asked for last: for itself or by a change, which the studio answers with it. */
  #latest = latest((/** @type {Promise<FolderList>} */ answer) => answer);

  /** @param {import('./store.js').Store<import('./types.js').State>} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {any} event  one of the studio's events */
  receive(event) {
    if (['hello', 'gap', 'models'].includes(event.type)) this.#show(api.folders());
  }

  /** @param {Promise<FolderList>} answer */
  async #show(answer) {
    const folders = await this.#latest(answer);
    if (folders) this.#store.update({folders});
  }

  /** @param {Promise<FolderList>} answer  to a change @throws {import('./api.js').Problem} */
  async #changed(answer) {
    await this.#show(answer);
    try {
      return await answer;
    } catch (problem) {
      // Lists that came meanwhile gave way to one that is not to come.
      this.#show(api.folders());
      throw problem;
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
    const {folders} = await this.#changed(api.addFolder(path));
    return folders.find((f) => f.id !== null && !known.has(f.id));
  }

  /** Takes one off the list that was added. @param {string} id @throws {import('./api.js').Problem} */
  async remove(id) {
    await this.#changed(api.removeFolder(id));
  }
}
