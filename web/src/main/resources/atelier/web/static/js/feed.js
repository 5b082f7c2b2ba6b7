import {api, Problem} from './api.js';
import {isActive} from './model/jobs.js';

/**
 * @typedef {import('./types.js').Job} Job
 * @typedef {import('./types.js').State} State
 */

/** Brings what the studio tells into the page's state, and asks for what it may have missed. */
export class Feed {
  #store;
  #studio;
  #gallery;
  #library;
  #plugins;

  /**
   * @param {import('./store.js').Store<State>} store
   * @param {import('./studio.js').Studio} studio
   * @param {import('./gallery.js').Gallery} gallery
   * @param {import('./library.js').Library} library
   * @param {import('./plugins.js').Plugins} plugins
   */
  constructor(store, studio, gallery, library, plugins) {
    this.#store = store;
    this.#studio = studio;
    this.#gallery = gallery;
    this.#library = library;
    this.#plugins = plugins;
  }

  /** @param {any} event  one text frame of the event socket */
  receive(event) {
    switch (event.type) {
      case 'hello':
        this.#store.update({system: event.system, queue: event.queue});
        this.#library.load();
        this.#plugins.load();
        // A studio that was started again has put what it was at back into its queue.
        this.#catchUp(event.jobs, true);
        break;
      case 'job':
        this.#studio.putJob(event.job);
        break;
      case 'progress':
        if (!this.#studio.putProgress(event.job_id, event.progress)) this.resync();
        break;
      case 'queue':
        this.#store.update({queue: {queued: event.queued, running: event.running}});
        break;
      case 'system':
        this.#store.update(({system}) => ({system: {...system, ...event}}));
        break;
      case 'image_deleted':
        this.#gallery.forget(event.id);
        break;
      case 'models':
        this.#library.loadModels();
        break;
      case 'plugins':
        this.#plugins.load();
        break;
      case 'plugin_message':
        this.#plugins.tell(event);
        break;
      default: // An event of a newer server.
    }
  }

  /** After a lost event: asks for everything that events would have told. */
  async resync() {
    try {
      const [jobs, system] = await Promise.all([api.activeJobs(), api.system()]);
      this.#store.update({system, queue: system.queue});
      await Promise.all([this.#catchUp(jobs), this.#library.load(), this.#plugins.load()]);
    } catch {
      // Not reachable: the socket notices too, and its next hello catches up.
    }
  }

  /**
   * Takes the queue as it stands, and asks how the jobs ended that this page still believes to be
   * in it: those of before a pause in the connection and the one of before a reload.
   *
   * @param {Job[]} active
   * @param {boolean} [requeued]  whether a running job may be back in the queue
   */
  async #catchUp(active, requeued = false) {
    for (const job of active) this.#studio.putJob(job, requeued);
    const stillActive = new Set(active.map((j) => j.id));
    const {jobs} = this.#store.state;
    const missing = jobs.filter((j) => isActive(j) && !stillActive.has(j.id)).map((j) => j.id);
    const last = this.#studio.lastFollowed();
    if (last && !jobs.some((j) => j.id === last)) missing.push(last);
    await Promise.allSettled([this.#gallery.loadNewest(), ...missing.map((id) => this.#endedMeanwhile(id))]);
  }

  /** @param {string} id */
  async #endedMeanwhile(id) {
    try {
      this.#studio.putEnded(await api.job(id));
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 404) this.#studio.dismiss(id);
    }
  }
}
