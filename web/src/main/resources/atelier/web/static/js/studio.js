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

/** The jobs and the stage: what the user does with them, and what becomes of them. */
export class Studio {
  #store;
  #gallery;
  #previews;

  /**
   * @param {import('./store.js').Store<State>} store
   * @param {import('./gallery.js').Gallery} gallery
   * @param {import('./previews.js').Previews} previews
   */
  constructor(store, gallery, previews) {
    this.#store = store;
    this.#gallery = gallery;
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
    this.putJob(job);
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
    await this.#onStage(async () => this.putJob(await api.cancel(id)));
  }

  /** Takes an ended job off the list. @param {string} id */
  dismiss(id) {
    this.#store.update(({jobs}) => ({jobs: jobs.filter((j) => j.id !== id)}));
  }

  // ---- the stage

  /** @param {string} id */
  showImage(id) {
    this.#show({kind: 'image', id});
  }

  /** Shows a job, fetching it when it is from before this page. @param {string} id */
  async showJob(id) {
    await this.#onStage(async () => {
      if (!this.state.jobs.some((j) => j.id === id)) this.putJob(await api.job(id));
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
    if (at + by >= images.length - 2) this.#gallery.loadMore();
    return image;
  }

  /** Asks whether to delete a picture; null takes the question back. @param {string | null} id */
  askDelete(id) {
    this.#store.update({deleting: id});
  }

  /** @param {string} id */
  async delete(id) {
    await this.#onStage(() => this.#gallery.delete(id));
    this.#store.update({deleting: null});
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

  // ---- jobs as they change

  /**
   * Takes in a job's newest state, and its pictures.
   *
   * @param {Job} job
   * @param {boolean} [requeued]  whether it may be back in the queue
   */
  putJob(job, requeued = false) {
    this.#store.update((state) => {
      const jobs = withJob(state.jobs, job, requeued);
      const liveId = liveJob(jobs, state.liveId)?.id ?? null;
      const ended = jobs.filter((j) => !isActive(j) && j.id !== liveId);
      const dropped = new Set(ended.slice(0, Math.max(0, ended.length - KEPT_JOBS)).map((j) => j.id));
      return {liveId, jobs: jobs.filter((j) => !dropped.has(j.id))};
    });
    if (this.state.liveId) forTab.write(LAST_JOB, this.state.liveId);
    this.#gallery.add(job.images);
    this.#tidyPreviews();
  }

  /**
   * Takes in a job that ended while the page was away, and shows it where nothing else is followed.
   *
   * @param {Job} job
   */
  putEnded(job) {
    this.putJob(job);
    // Nobody comes back for a cancelled job.
    if (job.state !== 'cancelled') this.#store.update(({liveId}) => ({liveId: liveId ?? job.id}));
  }

  /** @param {string} id @param {import('./types.js').Progress} progress @returns {boolean} whether there is such a job */
  putProgress(id, progress) {
    this.#store.update(({jobs}) => ({
      jobs: jobs.map((j) => (j.id === id && isActive(j) ? {...j, progress: stamp(progress)} : j)),
    }));
    return this.state.jobs.some((j) => j.id === id);
  }

  /** Id of the job that this tab followed last, reloads included. @returns {string | null} */
  lastFollowed() {
    return forTab.read(LAST_JOB);
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
