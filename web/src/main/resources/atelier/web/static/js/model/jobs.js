import {ordinal} from './format.js';
import {oldestFirst, withRow} from './rows.js';

/**
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').Job} Job
 * @typedef {import('../types.js').State} State
 */

/**
 * What the stage shows. A picture carries its job when the page knows it, so that its preview can
 * stay underneath until the file has come.
 *
 * @typedef {{kind: 'empty'} | {kind: 'job', job: Job} | {kind: 'image', image: Image}} Subject
 */

/** @type {Record<string, string>} */
const PHASES = {
  queued: 'Waiting',
  loading: 'Loading the model',
  encoding: 'Reading the prompt',
  sampling: 'Drawing',
  decoding: 'Finishing',
  saving: 'Finishing',
};

/** @param {{state: Job['state']}} job  whether it still waits or works */
export const isActive = (job) => job.state === 'queued' || job.state === 'running';

/** How far along a state is: a job only ever goes on, unless the studio itself begins anew. */
const ORDER = {queued: 0, running: 1, done: 2, failed: 2, cancelled: 2};

/**
 * Puts a job's newest state in its place. The studio does not count the changes of a picture's job,
 * as it does those of other rows: which of two is the newer is told by their states. Progress comes
 * in events of its own, and what has none takes nothing back.
 *
 * @param {Job[]} jobs  oldest first
 * @param {Job} job
 * @param {boolean} [requeued]  whether a running job may be back in the queue, as after a crash
 * @returns {Job[]}
 */
export function withJob(jobs, job, requeued = false) {
  const known = jobs.find((j) => j.id === job.id);
  const late = known && ORDER[job.state] < ORDER[known.state];
  if (late && !(requeued && isActive(known))) return jobs;
  const stamped = {...job, progress: stamp(job.progress) ?? known?.progress ?? null};
  return withRow(jobs, stamped, oldestFirst);
}

/**
 * @template {{at?: number} | null | undefined} P
 * @param {P} progress
 * @returns {P} with the time of its arrival, from which the page counts on
 */
export const stamp = (progress) => progress && {...progress, at: performance.now()};

/**
 * The job that a live stage follows: a running one, the one already followed first; else the next
 * in the queue; else the one followed last, to show how it ended.
 *
 * @param {Job[]} jobs
 * @param {string | null} followed
 * @returns {Job | undefined}
 */
export function liveJob(jobs, followed) {
  const current = jobs.find((j) => j.id === followed);
  if (current?.state === 'running') return current;
  return (
    jobs.find((j) => j.state === 'running') ??
    jobs.find((j) => j.state === 'queued') ??
    current
  );
}

/** @param {State} state @returns {Subject} */
export function subjectOf({stage, jobs, liveId, history}) {
  if (stage.kind === 'image') {
    const image =
      history.images.find((i) => i.id === stage.id) ??
      jobs.flatMap((j) => j.images).find((i) => i.id === stage.id);
    if (image) return {kind: 'image', image};
  }
  const job = stage.kind === 'job' ? jobs.find((j) => j.id === stage.id) : liveJob(jobs, liveId);
  if (job && (job.state !== 'done' || job.images.length > 1)) return {kind: 'job', job};
  const image = job?.images[0] ?? history.images[0];
  return image ? {kind: 'image', image} : {kind: 'empty'};
}

/** Whether the stage is showing this very job. @param {Subject} subject @param {Job} job */
export const shows = (subject, job) => subject.kind === 'job' && subject.job.id === job.id;

/**
 * What a job is doing, in words.
 *
 * @param {Job} job
 * @param {Job[]} jobs
 */
export function phaseWords(job, jobs) {
  switch (job.state) {
    case 'queued': {
      const place = jobs.filter((j) => j.state === 'queued').findIndex((j) => j.id === job.id) + 1;
      if (place > 1) return `Waiting, ${ordinal(place)} in the queue`;
      return jobs.some((j) => j.state === 'running') ? 'Waiting, next in the queue' : 'Waiting for its turn';
    }
    case 'running':
      return PHASES[job.progress?.phase?.toLowerCase() ?? 'loading'] ?? 'Drawing';
    case 'done':
      return job.images.length === 1 ? 'Done' : `Done: ${job.images.length} pictures`;
    case 'failed':
      return 'Failed';
    default:
      return 'Cancelled';
  }
}

/**
 * How far a job is, carried on from its last report by the time since.
 *
 * @param {Job} job
 * @returns {{done: number, step: number, steps: number, elapsed: number | null, left: number | null}}
 *     `done` from 0 to 1; times in seconds
 */
export function progressNow(job) {
  const progress = job.progress;
  if (!progress) return {done: 0, step: 0, steps: job.request.steps, elapsed: null, left: null};
  return {
    done: progress.steps ? Math.min(1, progress.step / progress.steps) : 0,
    step: progress.step,
    steps: progress.steps,
    ...timesNow(progress, job.state === 'running'),
  };
}

/**
 * Times of a job in seconds, carried on from its last report by the time since while it runs.
 *
 * @param {{elapsed_seconds: number, eta_seconds: number | null, at?: number}} progress
 * @param {boolean} running
 * @returns {{elapsed: number, left: number | null}}
 */
export function timesNow({elapsed_seconds: elapsed, eta_seconds: eta, at}, running) {
  const since = running ? (performance.now() - (at ?? performance.now())) / 1000 : 0;
  return {elapsed: elapsed + since, left: eta === null || eta === undefined ? null : Math.max(0, eta - since)};
}
