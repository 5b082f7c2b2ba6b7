import {api} from './api.js';

/**
 * @typedef {import('./types.js').Plugin} Plugin
 * @typedef {import('./types.js').State} State
 */

/** The plugins that the studio has, and what they tell their panels. */
export class Plugins {
  #store;
  /** @type {Map<string, Set<(message: any) => void>>} by plugin */
  #listeners = new Map();
  /** Counts questions: of two answers the later question's counts. */
  #asked = 0;
  /** The answer to the last of them. @type {Promise<void>} */
  #latest = Promise.resolve();

  /** @param {import('./store.js').Store<State>} store */
  constructor(store) {
    this.#store = store;
  }

  /** Asks for the list, and waits until what was asked last is known. */
  load() {
    this.#latest = this.#answer(++this.#asked);
    return this.#latest.then(() => this.#latest);
  }

  /**
   * Has the studio do something to a plugin, and waits until it is known what has become of it. The
   * list is asked for afterwards: one that was asked for meanwhile may be from before.
   *
   * @param {'enable' | 'disable' | 'reload' | 'remove'} action
   * @param {string} id
   * @param {boolean} [cancel]  whether to cancel the pictures that it takes part in
   */
  async change(action, id, cancel = false) {
    try {
      await api.changePlugin(action, id, cancel);
    } catch (problem) {
      return this.#complain(problem);
    }
    await this.load();
  }

  /**
   * Installs a jar.
   *
   * @param {Blob} jar
   * @param {string} token
   * @returns {Promise<string>} the plugin's id
   * @throws {import('./api.js').Problem}
   */
  async install(jar, token) {
    const {installed} = await api.installPlugin(jar, token);
    await this.load();
    return installed;
  }

  /** @param {number} turn */
  async #answer(turn) {
    try {
      const {plugins, folder, upload} = await api.plugins();
      if (turn !== this.#asked) return;
      this.#store.update({plugins, pluginFolder: folder, pluginUpload: upload, pluginProblem: null});
    } catch (problem) {
      this.#complain(problem);
    }
  }

  /** @param {unknown} problem */
  #complain(problem) {
    this.#store.update({pluginProblem: /** @type {Error} */ (problem).message});
  }

  /** A plugin has something for its panels. @param {{plugin: string, message: any}} event */
  tell({plugin, message}) {
    for (const listener of this.#listeners.get(plugin) ?? []) listener(message);
  }

  /**
   * @param {string} id
   * @param {(message: any) => void} listener
   * @returns {() => void} ends it
   */
  listen(id, listener) {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => listeners.delete(listener);
  }
}
