import {html, nothing} from '../lit.js';
import {count, duration, timeLeft} from '../model/format.js';
import {isActive, phaseWords, progressNow} from '../model/jobs.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').Job} Job
 * @typedef {import('../types.js').State} State
 * @typedef {import('../studio.js').Studio} Studio
 * @typedef {import('./stage.js').StageActions} StageActions
 */

/**
 * The row under the frame for a job: how far it is, or what to do now that it has ended.
 *
 * @param {Job} job
 * @param {State} state
 * @param {Studio} studio
 * @param {StageActions} actions
 */
export function jobDock(job, state, studio, actions) {
  if (isActive(job)) return progress(job, state);
  const again = html`<button class="button" data-testid="retry" @click=${() => studio.submitFromStage(job.request)}
    >${icon('arrow-repeat')}<span>Try again</span></button>`;
  const reuse = html`<button class="button" data-testid="reuse" @click=${() => actions.reuseJob(job)}
    >${icon('arrow-counterclockwise')}<span>Reuse settings</span></button>`;
  if (job.state !== 'done') return html`<div class="actions">${again}${reuse}</div>`;
  return html`<div class="actions">
    <p class="dock-words">${count(job.images.length, 'picture')}. Choose one to see it large.</p>
    ${reuse}
    <button class="button" data-testid="vary" title="Draw again with new seeds" @click=${() => studio.vary(job.request)}
      >${icon('shuffle')}<span>Vary</span></button>
  </div>`;
}

/** @param {Job} job @param {State} state */
function progress(job, state) {
  const {done, step, steps, elapsed, left} = progressNow(job);
  const words = phaseWords(job, state.jobs);
  const started = job.state === 'running' && step > 0;
  return html`<div class="progress" data-testid="progress" data-phase=${job.progress?.phase ?? job.state} data-step=${step}>
    <div class="progress-words">
      <strong>${words}</strong>
      <span class="figures">${started ? html`step ${step} of ${steps}` : nothing}</span>
      <span class="figures progress-times">
        <span>${elapsed === null ? nothing : duration(elapsed)}</span>
        <span data-testid="time-left">${job.state === 'running' && left !== null ? timeLeft(left) : nothing}</span>
      </span>
    </div>
    <div class="bar ${started ? '' : 'waiting'}" role="progressbar" aria-label="Progress" aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${Math.round(done * 100)} aria-valuetext=${started ? `${words}, step ${step} of ${steps}` : words}
      ><span .style=${`--share:${done}`}></span></div>
  </div>`;
}

/**
 * The row under a finished picture.
 *
 * @param {Image} image
 * @param {State} state
 * @param {Studio} studio
 * @param {StageActions} actions
 */
export function pictureDock(image, state, studio, actions) {
  const batch = image.request.batch_size > 1;
  return html`<div class="actions">
    <a class="button" data-testid="download" href="${image.url}?download=true" download>${icon('download')}<span>Download</span></a>
    <button class="button" data-testid="reuse" title="Put this picture's settings, seed included, in the form" @click=${() => actions.reuse(image)}
      >${icon('arrow-counterclockwise')}<span>Reuse settings</span></button>
    <button class="button" data-testid="vary" title="Draw this again with a new seed" @click=${() => studio.vary({...image.request, batch_size: 1})}
      >${icon('shuffle')}<span>Vary</span></button>
    <button class="button" data-testid="use-as-start" title="Begin the next picture with this one" @click=${() => actions.startFrom(image)}
      >${icon('image')}<span>Use as start</span></button>
    ${batch
      ? html`<button class="button" data-testid="show-batch" title="Show the batch it was made in" @click=${() => studio.showJob(image.job_id)}
          >${icon('grid')}<span>Batch</span></button>`
      : nothing}
    <span class="spring"></span>
    ${state.deleting === image.id
      ? confirmDelete(image, studio)
      : html`<button class="button quiet" data-testid="delete" @click=${() => ask(image, studio)}
          >${icon('trash3')}<span>Delete</span></button>`}
  </div>`;
}

/** @param {Image} image @param {Studio} studio */
function confirmDelete(image, studio) {
  return html`<span class="confirm" role="group" aria-label="Delete this picture for good?">
    <span class="confirm-words">For good?</span>
    <button class="button danger" data-testid="delete-confirm" @click=${() => studio.delete(image.id)}>Delete</button>
    <button class="button quiet" data-testid="delete-keep" @click=${() => studio.askDelete(null)}>Keep</button>
  </span>`;
}

/** Asks, and puts the focus on the answer. @param {Image} image @param {Studio} studio */
function ask(image, studio) {
  studio.askDelete(image.id);
  requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.confirm .danger'))?.focus());
}
