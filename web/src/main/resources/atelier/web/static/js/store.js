/** @typedef {import('./types.js').State} State */

/**
 * @template T
 * @typedef {object} Store
 * @property {T} state
 * @property {(change: Partial<T> | ((state: T) => Partial<T>)) => void} update  sets the properties that change
 * @property {(listener: (state: T) => void) => void} subscribe  calls it now and after every change
 */

/**
 * Holds one value and tells its listeners, once per turn of the event loop, that it changed.
 *
 * @template T
 * @param {T} initial
 * @returns {Store<T>}
 */
export function createStore(initial) {
  let state = initial;
  let scheduled = false;
  /** @type {Set<(state: T) => void>} */
  const listeners = new Set();

  return {
    get state() {
      return state;
    },

    update(change) {
      state = {...state, ...(typeof change === 'function' ? change(state) : change)};
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(() => {
        scheduled = false;
        for (const listener of listeners) listener(state);
      });
    },

    subscribe(listener) {
      listeners.add(listener);
      listener(state);
    },
  };
}

/** @returns {State} a page that knows nothing yet */
export function emptyState() {
  return {
    connection: {state: 'connecting'},
    system: null,
    queue: {queued: 0, running: 0},
    catalog: null,
    catalogProblem: null,
    folders: null,
    downloads: [],
    samplers: [],
    annotators: [],
    plugins: null,
    pluginFolder: null,
    pluginProblem: null,
    jobTypes: null,
    pluginJobs: [],
    jobs: [],
    liveId: null,
    stage: {kind: 'live'},
    history: {images: [], next: undefined, loading: false, problem: null},
    deleting: null,
    memoryProblem: null,
    stageProblem: null,
  };
}
