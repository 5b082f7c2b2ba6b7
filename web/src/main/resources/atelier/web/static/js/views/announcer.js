import {isActive, liveJob, phaseWords} from '../model/jobs.js';

/**
 * @typedef {import('../types.js').PluginJob} PluginJob
 * @typedef {import('../types.js').State} State
 */

/**
 * Tells screen readers where the work stands: each change of phase of the pictures once, never
 * single steps, and of plugins' jobs how each ended that was under way in this page.
 *
 * @param {HTMLElement} place  a polite live region
 * @returns {(state: State) => void}
 */
export function createAnnouncer(place) {
  let phase = '';
  /** Ids of the plugins' jobs under way. @type {Set<string>} */
  let under = new Set();

  return ({jobs, liveId, pluginJobs}) => {
    const news = pluginJobs.filter((j) => under.has(j.id) && !isActive(j)).map(endWords);
    under = new Set(pluginJobs.filter(isActive).map((j) => j.id));
    const job = liveJob(jobs, liveId);
    const words = job ? phaseWords(job, jobs) : '';
    if (words !== phase) news.unshift(words);
    phase = words;
    if (news.length) place.textContent = news.filter(Boolean).join('. ');
  };
}

/** How a job ended. @param {PluginJob} job */
function endWords({title, state, error}) {
  if (state === 'failed') return [`${title}: failed`, error].filter(Boolean).join('. ');
  return `${title}: ${state}`;
}
