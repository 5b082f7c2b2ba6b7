import {api, Problem} from './api.js';
import {newestFirst, newer} from './model/plugin-jobs.js';

/**
 * @typedef {import('./types.js').PluginJob} PluginJob
 * @typedef {import('./types.js').State} State
 */

/** The long work of plugins: what there is to be done, what the user does with it, what becomes of it. */
export class PluginJobs {
  #store;
  /** Jobs that are gone: an answer from before may still tell of them. @type {Set<string>} */
  #gone = new Set();
  /** Jobs heard of since the list was asked for, which may not have them yet. @type {Set<string>} */
  #heard = new Set();
  /** Counts questions: of two answers the later question's counts. */
  #asked = {jobs: 0, types: 0};

  /** @param {import('./store.js').Store<State>} store */
  constructor(store) {
    this.#store = store;
  }

  /** @param {any} event  one of the studio's events */
  receive(event) {
    switch (event.type) {
      case 'hello':
      case 'gap':
        this.#loadTypes();
        this.#load();
        break;
      case 'plugins':
        this.#loadTypes();
        break;
      case 'plugin_job':
        this.#put(event.job);
        break;
      case 'plugin_job_deleted':
        this.#forget(event.id);
        break;
      default: // Of something else.
    }
  }

  async #loadTypes() {
    const turn = ++this.#asked.types;
    try {
      const jobTypes = await api.jobTypes();
      if (turn === this.#asked.types) this.#store.update({jobTypes});
    } catch {
      // Not reachable: the socket notices too, and its next hello asks again.
    }
  }

  async #load() {
    const turn = ++this.#asked.jobs;
    this.#heard.clear();
    try {
      const all = await api.pluginJobs();
      if (turn !== this.#asked.jobs) return;
      this.#store.update(({pluginJobs}) => ({
        pluginJobs: newestFirst([
          ...all.filter(({id}) => !this.#gone.has(id)).map((job) => newer(pluginJobs.find((j) => j.id === job.id), job)),
          ...pluginJobs.filter(({id}) => this.#heard.has(id) && !all.some((job) => job.id === id)),
        ]),
      }));
    } catch {
      // As above.
    }
  }

  /** @param {PluginJob} job  as an event or an answer has it */
  #put(job) {
    if (this.#gone.has(job.id)) return;
    this.#heard.add(job.id);
    this.#store.update(({pluginJobs}) => ({
      pluginJobs: newestFirst([
        newer(pluginJobs.find((j) => j.id === job.id), job),
        ...pluginJobs.filter((j) => j.id !== job.id),
      ]),
    }));
  }

  /** @param {string} id */
  #forget(id) {
    this.#gone.add(id);
    this.#store.update(({pluginJobs}) => ({pluginJobs: pluginJobs.filter((j) => j.id !== id)}));
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
    this.#forget(id);
  }
}
