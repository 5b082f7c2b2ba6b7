import {Problem} from '../api.js';
import {html, nothing, render, repeat} from '../lit.js';
import {duration, size} from '../model/format.js';
import {keepFocus} from './focus.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').Download} Download
 * @typedef {import('../types.js').State} State
 */

/**
 * The downloads that are not done: how far they are, and what can be done about them.
 *
 * @param {HTMLElement} root
 * @param {HTMLElement} catalog  where a model goes from here
 * @param {import('../downloads.js').Downloads} downloads
 * @returns {(state: State) => void}
 */
export function createDownloads(root, catalog, downloads) {
  /** Why an action did not work, by the download's id. @type {Map<string, string>} */
  const problems = new Map();
  /** @type {State} */
  let last;

  /** @param {Download} download @param {() => Promise<void>} action */
  async function act(download, action) {
    problems.delete(download.id);
    try {
      await action();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      problems.set(download.id, problem.message);
      draw(last);
    }
  }

  /** @param {Download} d */
  function row(d) {
    const {progress} = d;
    const share = progress?.total ? Math.min(1, progress.bytes / progress.total) : 0;
    const error = problems.get(d.id) ?? d.error;
    const under = d.state === 'queued' || d.state === 'running';
    return html`<li class="download" data-testid="download" data-id=${d.id} data-state=${d.state}>
      <div class="download-name"><strong>${d.plan.name}</strong><span class="muted" data-testid="download-words">${words(d)}</span></div>
      <div class="download-actions">
        ${under
          ? html`<button class="icon-button" data-testid="download-pause" aria-label="Pause ${d.plan.name}" title="Pause"
              @click=${() => act(d, () => downloads.steer(d.id, 'pause'))}>${icon('pause-fill')}</button>`
          : html`<button class="icon-button" data-testid="download-resume" aria-label="Go on with ${d.plan.name}" title="Go on"
              @click=${() => act(d, () => downloads.steer(d.id, 'resume'))}>${icon('play-fill')}</button>`}
        <button class="icon-button" data-testid="download-cancel" aria-label="Cancel ${d.plan.name}" title="Cancel"
          @click=${() => act(d, () => downloads.remove(d.id))}>${icon('x-lg')}</button>
      </div>
      ${d.state === 'running'
        ? html`<div class="bar" role="progressbar" aria-label=${d.plan.name} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)}
            ><span .style=${`--share:${share}`}></span></div>`
        : nothing}
      ${error ? html`<p class="error" data-testid="download-error" role="alert">${error}</p>` : nothing}
    </li>`;
  }

  const draw = (/** @type {State} */ state) => {
    last = state;
    const shown = state.downloads.filter((d) => d.state !== 'done');
    const content = shown.length ? html`<ul class="downloads" aria-label="Downloads">${repeat(shown, (d) => d.id, row)}</ul>` : nothing;
    keepFocus(root, () => render(content, root), ([id]) => root.querySelector(`[data-id="${id}"] button`) ?? catalog);
  };
  return draw;
}

/** Where a download stands. @param {Download} download */
function words({state, progress, plan}) {
  if (state === 'queued') return `Waits for its turn · ${size(plan.bytes)}`;
  if (state === 'paused') return 'Paused; what has come is kept';
  if (state === 'failed') return 'Stopped';
  if (!progress) return 'Begins…';
  const of = progress.total === null ? size(progress.bytes) : `${size(progress.bytes)} of ${size(progress.total)}`;
  if (progress.phase === 'checking') return `${of} · checking`;
  if (progress.phase === 'waiting') return `${of} · waiting for the server`;
  const speed = progress.bytes_per_second ? ` · ${size(progress.bytes_per_second)}/s` : '';
  const left = progress.eta_seconds === null ? '' : ` · ${duration(progress.eta_seconds)} left`;
  return of + speed + left;
}
