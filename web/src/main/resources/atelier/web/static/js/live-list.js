import {latest} from './latest.js';
import {newer, newestFirst, withRow} from './model/rows.js';

/**
 * A list in the page's state, its newest row first, made of the studio's answers and kept by its
 * events. Nothing that comes late takes back what is newer.
 *
 * @template {import('./model/rows.js').CountedRow} T
 */
export class LiveList {
  #store;
  #key;
  #ask;
  /** Rows that are gone: an answer from before may still tell of them. @type {Set<string>} */
  #gone = new Set();
  /** Rows heard of since the list was asked for, which may not have them yet. @type {Set<string>} */
  #heard = new Set();

  /**
   * @param {import('./store.js').Store<import('./types.js').State>} store
   * @param {'downloads' | 'pluginJobs'} key  where the list is in the state
   * @param {() => Promise<T[]>} ask  for the whole list
   */
  constructor(store, key, ask) {
    this.#store = store;
    this.#key = key;
    this.#ask = latest(ask);
  }

  /** Asks for the whole list. */
  async load() {
    this.#heard.clear();
    const all = await this.#ask();
    if (!all) return;
    this.#change((rows) =>
      [
        ...all.filter(({id}) => !this.#gone.has(id)).map((row) => newer(find(rows, row), row)),
        ...rows.filter((row) => this.#heard.has(row.id) && !find(all, row)),
      ].sort(newestFirst),
    );
  }

  /** @param {T} row  as an event or an answer has it */
  put(row) {
    if (this.#gone.has(row.id)) return;
    this.#heard.add(row.id);
    this.#change((rows) => withRow(rows, newer(find(rows, row), row), newestFirst));
  }

  /** Takes a row off the list, for good. @param {string} id */
  forget(id) {
    this.#gone.add(id);
    this.#change((rows) => rows.filter((row) => row.id !== id));
  }

  /** @param {(rows: T[]) => T[]} change */
  #change(change) {
    this.#store.update((state) => ({[this.#key]: change(/** @type {any} */ (state[this.#key]))}));
  }
}

/** @template {import('./model/rows.js').Row} T @param {T[]} rows @param {T} row  as it was or will be */
const find = (rows, row) => rows.find(({id}) => id === row.id);
