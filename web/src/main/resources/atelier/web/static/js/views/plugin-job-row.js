import {html, nothing, repeat} from '../lit.js';
import {count, date, duration, timeLeft} from '../model/format.js';
import {isActive, timesNow} from '../model/jobs.js';
import {parameterWords, resultsOf, tookSeconds, waitWords} from '../model/plugin-jobs.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').PluginJob} PluginJob
 *
 * @typedef {object} Look  what a row shows beside its job
 * @property {import('../types.js').State} state
 * @property {boolean} cancelling  whether the job was asked to end
 * @property {boolean} repeating  whether it is being started again
 * @property {boolean} removing  whether its removal waits for a yes
 * @property {string} [problem]  why an action did not work
 *
 * @typedef {object} Actions
 * @property {(id: string) => void} cancel
 * @property {(job: PluginJob) => void} repeat  starts the same again, as a new job
 * @property {(job: PluginJob) => void} askRemove
 * @property {(id: string) => void} keep
 * @property {(id: string) => void} remove
 */

const STATES = {
  queued: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** A job in the list. @param {PluginJob} job @param {Look} look @param {Actions} actions */
export function jobRow(job, look, actions) {
  const {id, title, state} = job;
  const parameters = parameterWords(job);
  const name = parameters ? `${title}, ${parameters}` : title;
  return html`<li class="job" data-testid="plugin-job" data-id=${id} data-state=${state}>
    <div class="job-name">
      <strong>${title}</strong> <span class="tag" data-state=${state} data-testid="plugin-job-state">${STATES[state]}</span>
      ${parameters ? html`<p class="muted figures" title=${parameters} data-testid="plugin-job-parameters">${parameters}</p>` : nothing}
    </div>
    <div class="job-actions">${buttons(job, name, look, actions)}</div>
    <p class="job-words figures" data-testid="plugin-job-words">${words(job, look)}</p>
    ${state === 'running' ? bar(job) : nothing}
    ${job.error ? complaint('plugin-job-error', job.error) : nothing}
    ${look.problem ? complaint('plugin-job-problem', look.problem, 'alert') : nothing}
    ${job.results.length ? results(job) : nothing}
    ${look.removing
      ? html`<p class="plugin-note plugin-ask"><span>Delete the job and its ${count(job.results.length, 'result')}? What it put into the gallery stays.</span>
          <button class="button small danger" data-testid="plugin-job-remove-yes" @click=${() => actions.remove(id)}>Delete</button>
          <button class="button small" @click=${() => actions.keep(id)}>Keep</button></p>`
      : nothing}
  </li>`;
}

/** What can be done about a job. @param {PluginJob} job @param {string} name @param {Look} look @param {Actions} actions */
function buttons(job, name, look, actions) {
  if (isActive(job)) {
    return html`<button class="button small" data-testid="plugin-job-cancel" aria-label="Cancel ${name}" aria-disabled=${look.cancelling}
      @click=${() => actions.cancel(job.id)}>Cancel</button>`;
  }
  return html`
    ${job.state === 'done'
      ? nothing
      : html`<button class="button small" data-testid="plugin-job-repeat" aria-label="Run again: ${name}" aria-disabled=${look.repeating}
          title="Start a new job with the same settings" @click=${() => actions.repeat(job)}>${icon('arrow-repeat')}Run again</button>`}
    <button class="icon-button" data-testid="plugin-job-remove" title="Remove it" aria-label="Remove ${name}"
      @click=${() => actions.askRemove(job)}>${icon('trash3')}</button>
  `;
}

/**
 * @param {string} testId
 * @param {string} sentence
 * @param {string | typeof nothing} [role]  how the job ended is told by the announcer
 */
const complaint = (testId, sentence, role = nothing) =>
  html`<p class="plugin-problem" role=${role} data-testid=${testId}>${icon('exclamation-circle')}<span>${sentence}</span></p>`;

/** Where a job stands. @param {PluginJob} job @param {Look} look */
function words(job, {state, cancelling}) {
  if (job.state === 'queued') return waitWords(job, state);
  if (job.state !== 'running') {
    const took = tookSeconds(job);
    return [took === null ? '' : `took ${duration(took)}`, date(job.finished_at ?? job.created_at)].filter(Boolean).join(' · ');
  }
  const {progress} = job;
  const doing = cancelling ? 'Ends as soon as it can…' : progress?.text || (progress ? '' : 'Begins…');
  if (!progress) return doing;
  const {elapsed, left} = timesNow(progress, true);
  return [doing, `${progress.step} of ${progress.of}`, duration(elapsed), left === null || cancelling ? '' : timeLeft(left)].filter(Boolean).join(' · ');
}

/** @param {PluginJob} job */
function bar({title, progress}) {
  const {step, of, text} = progress ?? {step: 0, of: 1, text: 'Begins'};
  return html`<div class="bar" role="progressbar" data-testid="plugin-job-bar" aria-label=${title} aria-valuemin="0" aria-valuemax=${of} aria-valuenow=${step}
    aria-valuetext=${progress ? [text, `${step} of ${of}`].filter(Boolean).join(', ') : text}><span .style=${`--share:${step / of}`}></span></div>`;
}

/** @param {PluginJob} job */
function results(job) {
  return html`<ul class="job-results" aria-label="Results">${repeat(resultsOf(job), (r) => r.name, ({name, url}) =>
    html`<li><a href=${url} target="_blank" rel="noopener" title=${name} data-testid="plugin-job-result"
      ><img src=${url} alt="${name} of ${job.title}" loading="lazy" decoding="async" width="96" height="96"></a></li>`)}</ul>`;
}
