import {api, Problem} from './api.js';
import {isActive, liveJob, stamp, subjectOf, withJob} from './model/jobs.js';
import {ofImage, toRequest} from './model/settings.js';
import {forTab} from './storage.js';

/**
 * @typedef {import('./types.js').Image} Image
 * @typedef {import('./types.js').ImageRequest} ImageRequest
 * @typedef {import('./types.js').Job} Job
 * @typedef {import('./types.js').State} State
 */

/** Ended jobs kept so that the stage can go back to them. */
const KEPT_JOBS = 30;
const LAST_JOB = 'atelier.job';

/**
 * What the user and the studio can do to the page's state: every change but those of the form's own
 * fields goes through here.
 */
export class Studio {
  #store;
  #previews;
  /** Pictures deleted while a page of the history was on its way. @type {Set<string>} */
  #deleted = new Set();

  /**
   * @param {ReturnType<typeof import('./store.js').createStore<State>>} store
   * @param {import('./previews.js').Previews} previews
   */
  constructor(store, previews) {
    this.#store = store;
    this.#previews = previews;
  }

  get state() {
    return this.#store.state;
  }

  // ---- making pictures

  /**
   * Puts a picture in the queue; the stage follows the work.
   *
   * @param {Partial<ImageRequest>} request
   * @returns {Promise<Job>}
   * @throws {Problem} when the studio refuses the request
   */
  async submit(request) {
    const job = await api.submit(request);
    this.#store.update({stage: {kind: 'live'}, stageProblem: null});
    this.#putJob(job);
    return job;
  }

  /** Submits from the stage; a refusal is shown there. @param {Partial<ImageRequest>} request */
  async submitFromStage(request) {
    await this.#onStage(() => this.submit(request));
  }

  /** The same again with a new seed. @param {ImageRequest} request */
  vary(request) {
    return this.submitFromStage({...request, seed: -1});
  }

  /** The same again with the seed after the picture's own. @param {Image} image */
  nextSeed(image) {
    return this.submitFromStage({...toRequest(ofImage(image)), seed: (image.seed + 1) % 2 ** 32});
  }

  /** The job that Cancel is about: the one on the stage if it still works, else the live one. */
  cancellable() {
    const subject = subjectOf(this.state);
    if (subject.kind === 'job' && isActive(subject.job)) return subject.job;
    const job = liveJob(this.state.jobs, this.state.liveId);
    return job && isActive(job) ? job : undefined;
  }

  /** @param {string} id */
  async cancel(id) {
    await this.#onStage(async () => this.#putJob(await api.cancel(id)));
  }

  /** Takes an ended job off the list. @param {string} id */
  dismiss(id) {
    this.#store.update(({jobs}) => ({jobs: jobs.filter((j) => j.id !== id)}));
  }

  // ---- the stage

  followLive() {
    this.#show({kind: 'live'});
  }

  /** @param {string} id */
  showImage(id) {
    this.#show({kind: 'image', id});
  }

  /** Shows a job, fetching it when it is from before this page. @param {string} id */
  async showJob(id) {
    await this.#onStage(async () => {
      if (!this.state.jobs.some((j) => j.id === id)) this.#putJob(await api.job(id));
      this.#show({kind: 'job', id});
    });
  }

  /**
   * Goes through the history from the picture on the stage.
   *
   * @param {number} by  pictures; positive is older
   * @returns {Image | undefined} the picture now shown; undefined when there is none that way
   */
  step(by) {
    const subject = subjectOf(this.state);
    if (subject.kind !== 'image') return undefined;
    const {images} = this.state.history;
    const at = images.findIndex((i) => i.id === subject.image.id);
    const image = at < 0 ? undefined : images[at + by];
    if (image) this.showImage(image.id);
    if (at + by >= images.length - 2) this.loadHistory();
    return image;
  }

  /** @param {import('./types.js').Stage} stage */
  #show(stage) {
    this.#store.update({stage, deleting: null, stageProblem: null});
    this.#tidyPreviews();
  }

  /** Runs an action whose failure is told on the stage. @param {() => Promise<unknown>} action */
  async #onStage(action) {
    try {
      await action();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.#store.update({stageProblem: problem.message});
    }
  }

  // ---- history

  /** Asks whether to delete a picture; null takes the question back. @param {string | null} id */
  askDelete(id) {
    this.#store.update({deleting: id});
  }

  /** @param {string} id */
  async delete(id) {
    await this.#onStage(async () => {
      await api.deleteImage(id).catch((problem) => {
        // Gone already: what was wanted.
        if (!(problem instanceof Problem && problem.status === 404)) throw problem;
      });
      this.#forgetImage(id);
    });
    this.#store.update({deleting: null});
  }

  /** Loads the next page of the history, if there is one and none is on its way. */
  async loadHistory() {
    const {history} = this.state;
    if (history.loading || history.next === null) return;
    this.#store.update({history: {...history, loading: true, problem: null}});
    try {
      const page = await api.images(history.next);
      this.#mergeImages(page.images, 'older', {next: page.next, loading: false});
    } catch (problem) {
      this.#store.update(({history: h}) => ({
        history: {...h, loading: false, problem: /** @type {Error} */ (problem).message},
      }));
    }
  }

  /**
   * @param {Image[]} images
   * @param {'newer' | 'older'} end  where unknown ones go
   * @param {Partial<State['history']>} [change]
   */
  #mergeImages(images, end, change = {}) {
    this.#store.update(({history}) => {
      const known = new Set(history.images.map((i) => i.id));
      const fresh = images.filter((i) => !known.has(i.id) && !this.#deleted.has(i.id));
      const merged = end === 'newer' ? [...fresh, ...history.images] : [...history.images, ...fresh];
      return {history: {...history, ...change, images: merged}};
    });
  }

  /** @param {string} id */
  #forgetImage(id) {
    this.#deleted.add(id);
    this.#store.update(({history, jobs, stage}) => {
      const at = history.images.findIndex((i) => i.id === id);
      const images = history.images.filter((i) => i.id !== id);
      const neighbour = images[Math.min(at, images.length - 1)];
      const wasShown = stage.kind === 'image' && stage.id === id;
      return {
        history: {...history, images},
        jobs: jobs.map((j) => ({...j, images: j.images.filter((i) => i.id !== id)})),
        stage: !wasShown ? stage : neighbour ? {kind: 'image', id: neighbour.id} : {kind: 'live'},
      };
    });
  }

  // ---- models

  async loadCatalog(fetchCatalog = api.models) {
    try {
      this.#store.update({catalog: await fetchCatalog(), catalogProblem: null});
    } catch (problem) {
      this.#store.update({catalogProblem: /** @type {Error} */ (problem).message});
    }
  }

  rescan() {
    return this.loadCatalog(api.rescan);
  }

  async loadSamplers() {
    try {
      this.#store.update({samplers: await api.samplers()});
    } catch {
      // Tried again when the connection is back; the form offers the remembered one meanwhile.
    }
  }

  // ---- what the studio tells

  /** @param {import('./types.js').Connection} connection */
  connection(connection) {
    this.#store.update({connection});
  }

  /** @param {any} event  one text frame of the event socket */
  receive(event) {
    switch (event.type) {
      case 'hello':
        this.#store.update({system: event.system, queue: event.queue});
        this.#catchUp(event.jobs);
        break;
      case 'job':
        this.#putJob(event.job);
        break;
      case 'progress':
        this.#putProgress(event.job_id, event.progress);
        break;
      case 'queue':
        this.#store.update({queue: {queued: event.queued, running: event.running}});
        break;
      case 'system':
        this.#store.update(({system}) => ({system: {...system, ...event}}));
        break;
      case 'image_deleted':
        this.#forgetImage(event.id);
        break;
      case 'models':
        this.loadCatalog();
        break;
      default: // An event of a newer server.
    }
  }

  /** After a lost event: asks for everything that events would have told. */
  async resync() {
    try {
      const [jobs, system] = await Promise.all([api.activeJobs(), api.system()]);
      this.#store.update({system, queue: system.queue});
      await this.#catchUp(jobs);
    } catch {
      // Not reachable: the socket notices too, and its next hello catches up.
    }
  }

  /**
   * Takes the queue as it stands, and asks how the jobs ended that this page still believes to be
   * in it: those of before a pause in the connection and the one of before a reload.
   *
   * @param {Job[]} active
   */
  async #catchUp(active) {
    for (const job of active) this.#putJob(job);
    const ids = new Set(active.map((j) => j.id));
    const missing = this.state.jobs.filter((j) => isActive(j) && !ids.has(j.id)).map((j) => j.id);
    const last = forTab.read(LAST_JOB);
    if (last && !ids.has(last) && !this.state.jobs.some((j) => j.id === last)) missing.push(last);
    this.loadCatalog();
    this.loadSamplers();
    await Promise.allSettled([this.#newest(), ...missing.map(async (id) => this.#endedMeanwhile(id))]);
  }

  /** @param {string} id */
  async #endedMeanwhile(id) {
    try {
      const job = await api.job(id);
      this.#putJob(job);
      // After a reload nothing is followed yet; a cancelled job is nothing to come back to.
      if (job.state !== 'cancelled') this.#store.update(({liveId}) => ({liveId: liveId ?? id}));
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 404) this.dismiss(id);
    }
  }

  /** Brings in the pictures made while this page was not listening. */
  async #newest() {
    if (this.state.history.next === undefined) return this.loadHistory();
    const known = new Set(this.state.history.images.map((i) => i.id));
    const page = await api.images(null);
    // More new ones than a page holds would leave a hole: begin the history again instead.
    if (page.next !== null && !page.images.some((i) => known.has(i.id))) {
      this.#store.update({history: {images: page.images, next: page.next, loading: false, problem: null}});
    } else {
      this.#mergeImages(page.images, 'newer');
    }
  }

  /** @param {Job} job */
  #putJob(job) {
    this.#store.update((state) => {
      const jobs = withJob(state.jobs, job);
      const liveId = liveJob(jobs, state.liveId)?.id ?? null;
      const ended = jobs.filter((j) => !isActive(j) && j.id !== liveId);
      const dropped = new Set(ended.slice(0, Math.max(0, ended.length - KEPT_JOBS)).map((j) => j.id));
      return {liveId, jobs: jobs.filter((j) => !dropped.has(j.id))};
    });
    const {liveId} = this.state;
    // For this tab alone: the job to ask about after a reload.
    if (liveId) forTab.write(LAST_JOB, liveId);
    if (job.images.length) this.#mergeImages([...job.images].reverse(), 'newer');
    this.#tidyPreviews();
  }

  /** @param {string} id @param {import('./types.js').Progress} progress */
  #putProgress(id, progress) {
    const job = this.state.jobs.find((j) => j.id === id);
    if (!job) {
      this.resync();
    } else if (isActive(job)) {
      this.#store.update(({jobs}) => ({
        jobs: jobs.map((j) => (j.id === id ? {...j, progress: stamp(progress)} : j)),
      }));
    }
  }

  #tidyPreviews() {
    const {jobs, liveId} = this.state;
    const subject = subjectOf(this.state);
    const kept = new Set(jobs.filter(isActive).map((j) => j.id));
    if (liveId) kept.add(liveId);
    if (subject.kind === 'job') kept.add(subject.job.id);
    if (subject.kind === 'image') kept.add(subject.image.job_id);
    this.#previews.keepOnly(kept);
  }
}
