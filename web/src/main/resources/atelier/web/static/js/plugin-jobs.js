import {api, Problem} from './api.js';
import {latest} from './latest.js';
import {LiveList} from './live-list.js';
import {stamp} from './model/jobs.js';

/**
 * @typedef {import('./types.js').PluginJob} PluginJob
 * @typedef {import('./types.js').State} State
 */

/** The long work of plugins: what there is to be done, what the user does with it, what becomes of it. */
export class PluginJobs {
  #store;
  /** @type {LiveList<PluginJob>} */
  #list;
  #types = latest(api.jobTypes);

  /** @param {import('./store.js').Store<State>} store */
  constructor(store) {
    this.#store = store;
    this.#list = new LiveList(store, 'pluginJobs', async () => (await api.pluginJobs()).map(arrived));
  }

  /** @param {any} event  one of the studio's events */
  receive(event) {
    switch (event.type) {
      case 'hello':
      case 'gap':
        this.#loadTypes();
        this.#list.load();
        break;
      case 'plugins':
        this.#loadTypes();
        break;
      case 'plugin_job':
        this.#put(event.job);
        break;
      case 'plugin_job_deleted':
        this.#list.forget(event.id);
        break;
      default: // Of something else.
    }
  }

  async #loadTypes() {
    const jobTypes = await this.#types();
    if (jobTypes) this.#store.update({jobTypes});
  }

  /** @param {PluginJob} job  as an event or an answer has it */
  #put(job) {
    this.#list.put(arrived(job));
  }

  /** @param {string} type @param {Record<string, unknown>} parameters @throws {Problem} */
  async start(type, parameters) {
    this.#put(await api.startPluginJob(type, parameters));
  }

  /** One that runs ends when its plugin next asks for something. @param {string} id @throws {Problem} */
  async cancel(id) {
    this.#put(await api.cancelPluginJob(id));
  }

  /** Forgets a job that has ended, with its results. @param {string} id @throws {Problem} */
  async remove(id) {
    try {
      await api.removePluginJob(id);
    } catch (problem) {
      // Another page was faster.
      if (!(problem instanceof Problem && problem.status === 404)) throw problem;
    }
    this.#list.forget(id);
  }
}

/** A job whose progress goes on from now. @param {PluginJob} job */
const arrived = (job) => ({...job, progress: stamp(job.progress)});
