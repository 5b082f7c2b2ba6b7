import {liveJob, phaseWords} from '../model/jobs.js';

/** @typedef {import('../types.js').State} State */

/**
 * Tells screen readers where the work stands: each change of phase once, never single steps.
 *
 * @param {HTMLElement} place  a polite live region
 * @returns {(state: State) => void}
 */
export function createAnnouncer(place) {
  let said = '';
  return ({jobs, liveId}) => {
    const job = liveJob(jobs, liveId);
    const words = job ? phaseWords(job, jobs) : '';
    if (words === said) return;
    said = words;
    place.textContent = words;
  };
}
