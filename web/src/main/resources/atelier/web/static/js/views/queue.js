import {html, nothing, render, repeat} from '../lit.js';
import {isActive, phaseWords, progressNow, shows, subjectOf} from '../model/jobs.js';
import {keepFocus} from './focus.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').Job} Job
 * @typedef {import('../types.js').State} State
 * @typedef {import('../studio.js').Studio} Studio
 */

/**
 * The jobs that are not on the stage: those that wait or work, and those that failed unseen.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} stage  where a job goes from here
 * @param {Studio} studio
 * @returns {(state: State) => void}
 */
export function createQueue(root, stage, studio) {
  return (state) => {
    const subject = subjectOf(state);
    const jobs = state.jobs.filter((j) => (isActive(j) || j.state === 'failed') && !shows(subject, j));
    const draw = () =>
      render(
        jobs.length
          ? html`<section class="queue" aria-labelledby="queue-title">
              <h2 id="queue-title">Queue</h2>
              <ul data-testid="queue">${repeat(jobs, (j) => j.id, (j) => row(j, state, studio))}</ul>
            </section>`
          : nothing,
        root,
      );
    keepFocus(root, draw, ([own, ...others]) => {
      if (subject.kind === 'job' && subject.job.id === own) return stage;
      // Never on another job's Cancel: the next press was not meant for it.
      const next = [own, ...others].find((id) => jobs.some((j) => j.id === id));
      return next ? root.querySelector(`[data-id="${next}"] .queue-show`) : stage;
    });
  };
}

/** @param {Job} job @param {State} state @param {Studio} studio */
function row(job, state, studio) {
  const prompt = job.request.prompt || 'Without a prompt';
  const failed = job.state === 'failed';
  return html`<li class="queue-row" data-testid="queue-item" data-id=${job.id} data-state=${job.state}>
    <button class="queue-show" title=${prompt} @click=${() => studio.showJob(job.id)}>
      <span class="queue-prompt">${prompt}</span>
      <span class="queue-phase">${failed ? job.error : phaseWords(job, state.jobs)}</span>
    </button>
    ${failed
      ? html`<button class="icon-button" aria-label="Dismiss: ${prompt}" title="Dismiss"
          @click=${() => studio.dismiss(job.id)}>${icon('check-lg')}</button>`
      : html`<button class="icon-button" data-testid="job-cancel" aria-label="Cancel: ${prompt}" title="Cancel"
          @click=${() => studio.cancel(job.id)}>${icon('x-lg')}</button>`}
    ${job.state === 'running' ? html`<span class="queue-bar" .style=${`--share:${progressNow(job).done}`}></span>` : nothing}
  </li>`;
}
