import {html, nothing, ref, render, repeat} from '../lit.js';
import {columnsFor} from '../model/grid.js';
import {isActive, phaseWords, subjectOf} from '../model/jobs.js';
import {resultSize} from '../model/start.js';
import {jobDock, pictureDock} from './dock.js';
import {details} from './details.js';
import {emptyStage} from './empty-stage.js';
import {keepFocus} from './focus.js';
import {icon} from './icons.js';
import {createTicker} from './ticker.js';

/**
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').Job} Job
 * @typedef {import('../types.js').State} State
 * @typedef {import('../previews.js').Previews} Previews
 * @typedef {import('../studio.js').Studio} Studio
 *
 * @typedef {object} StageActions  what the stage asks of the form
 * @property {(image: Image) => void} reuse
 * @property {(job: Job) => void} reuseJob
 * @property {(image: Image) => void} startFrom
 * @property {(prompt: string) => void} tryExample
 * @property {() => string} model  id of the model chosen
 */

/**
 * The stage: the picture being made or looked at, what can be done with it, and its settings.
 *
 * @param {HTMLElement} root
 * @param {Studio} studio
 * @param {Previews} previews
 * @param {StageActions} actions
 * @returns {(state: State) => void}
 */
export function createStage(root, studio, previews, actions) {
  const tick = createTicker(() => draw(last));
  /** @type {State} */
  let last;

  function draw(/** @type {State} */ state) {
    last = state;
    const subject = subjectOf(state);
    root.dataset.subject = subject.kind;
    root.dataset.state = subject.kind === 'job' ? subject.job.state : subject.kind;
    keepFocus(root, () => render(content(subject, state), root), () => root);
    tick(subject.kind === 'job' && subject.job.state === 'running');
  }

  /** @param {import('../model/jobs.js').Subject} subject @param {State} state */
  function content(subject, state) {
    if (subject.kind === 'empty') {
      return emptyStage(actions.model(), state.history.next !== undefined, actions.tryExample);
    }
    const {job, image} = /** @type {{job?: Job, image?: Image}} */ (subject);
    const request = (job ?? /** @type {Image} */ (image)).request;
    return html`<div class="stage-inner" data-testid="stage">
      ${frame(subject, state)}
      <div class="dock">
        ${job ? jobDock(job, state, studio, actions) : pictureDock(/** @type {Image} */ (image), state, studio, actions)}
        ${state.stageProblem ? html`<p class="error" role="alert" data-testid="stage-problem">${state.stageProblem}</p>` : nothing}
      </div>
      ${details(request, image, studio)}
    </div>`;
  }

  /** @param {import('../model/jobs.js').Subject} subject @param {State} state */
  function frame(subject, state) {
    const {job, image} = /** @type {{job?: Job, image?: Image}} */ (subject);
    const {width, height} = image ?? resultSize(/** @type {Job} */ (job).request);
    const tiles = image
      ? [{jobId: image.job_id, index: image.index, image}]
      : tilesOf(/** @type {Job} */ (job));
    const columns = columnsFor(tiles.length, width / height);
    const rows = Math.ceil(tiles.length / columns);
    return html`<div class="frame" data-testid="frame" .style=${`--w:${width};--h:${height};--cols:${columns};--rows:${rows}`}>
      ${repeat(tiles, (t) => `${t.jobId}:${t.index}`, (t) => tile(t, tiles.length > 1))}
      ${job ? veil(job, state) : nothing}
      ${image && document.fullscreenEnabled
        ? html`<button class="icon-button frame-corner" data-testid="fullscreen" aria-label="Full screen" title="Full screen (F)"
            @click=${fullscreen}>${icon('fullscreen')}</button>`
        : nothing}
    </div>`;
  }

  /** @param {{jobId: string, index: number, image?: Image}} tile @param {boolean} selectable */
  function tile({jobId, index, image}, selectable) {
    const words = image ? image.request.prompt || 'Picture without a prompt' : '';
    const formed = previews.has(jobId);
    return html`<div class="tile">
      ${image && !formed ? html`<img class="picture thumb-under" src=${image.thumbnail_url} alt="" aria-hidden="true">` : nothing}
      <canvas class="preview" data-testid=${index ? `preview-${index}` : 'preview'} aria-hidden="true" ?hidden=${!formed && !!image}
        ${ref(previews.canvasRef(jobId, index))}></canvas>
      ${image
        ? html`<img class="picture" data-testid="picture" data-id=${image.id} src=${image.url} alt=${words} decoding="async"
            width=${image.width} height=${image.height} @load=${arrived} @error=${missing}>`
        : nothing}
      ${image && selectable
        ? html`<button class="tile-button" data-testid="batch-item" aria-label="Show picture ${index + 1} large"
            @click=${() => studio.showImage(image.id)}></button>`
        : nothing}
    </div>`;
  }

  function fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else root.querySelector('.frame')?.requestFullscreen();
  }

  return draw;
}

/** @param {Job} job @returns {{jobId: string, index: number, image?: Image}[]} */
function tilesOf(job) {
  if (job.state === 'done') return job.images.map((image) => ({jobId: job.id, index: image.index, image}));
  return Array.from({length: job.request.batch_size}, (_, index) => ({jobId: job.id, index}));
}

/** What lies over the frame while there is no picture to see, or never will be. @param {Job} job @param {State} state */
function veil(job, state) {
  if (job.state === 'failed') {
    return html`<div class="veil failed" role="alert">${icon('exclamation-triangle')}
      <p class="veil-title">This picture could not be made</p>
      <p data-testid="stage-error">${job.error ?? 'The studio gave no reason.'}</p></div>`;
  }
  if (job.state === 'cancelled') return html`<div class="veil"><p class="veil-title">Cancelled</p></div>`;
  if (isActive(job) && !job.progress?.step) return html`<div class="veil waiting"><p>${phaseWords(job, state.jobs)}</p></div>`;
  return nothing;
}

/** @param {Event} event */
const arrived = (event) => /** @type {Element} */ (event.target).classList.add('loaded');

/** @param {Event} event */
function missing(event) {
  const picture = /** @type {HTMLImageElement} */ (event.target);
  picture.closest('.tile')?.classList.add('missing');
}
