import {html, nothing, render, repeat} from '../lit.js';
import {subjectOf} from '../model/jobs.js';

/**
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').State} State
 * @typedef {import('../studio.js').Studio} Studio
 */

/**
 * The strip of recent pictures.
 *
 * @param {HTMLElement} root
 * @param {Studio} studio
 * @returns {(state: State) => void}
 */
export function createHistory(root, studio) {
  /** @type {Element | null} */
  let watched = null;
  let shown = '';
  const observer = new IntersectionObserver(
    (entries) => {
      // A page that was too short leaves the end in view: watch it anew, to be told again.
      if (entries.some((e) => e.isIntersecting)) studio.loadHistory().then(watch);
    },
    {rootMargin: '300px'},
  );

  function watch() {
    if (watched) observer.unobserve(watched);
    watched = root.querySelector('.history-end');
    if (watched) observer.observe(watched);
  }

  return (state) => {
    const subject = subjectOf(state);
    const current = subject.kind === 'image' ? subject.image.id : '';
    render(strip(state, current, studio), root);
    if (root.querySelector('.history-end') !== watched) watch();
    if (current && current !== shown) {
      root.querySelector('[aria-current]')?.scrollIntoView({block: 'nearest', inline: 'nearest'});
    }
    shown = current;
  };
}

/** @param {State} state @param {string} current @param {Studio} studio */
function strip({history}, current, studio) {
  return html`
    <h2 id="history-title">History</h2>
    ${!history.images.length && history.next === null ? html`<p class="muted history-empty">Pictures you make gather here.</p>` : nothing}
    <ul class="thumbs" data-testid="history">
      ${repeat(history.images, (i) => i.id, (i) => thumb(i, i.id === current, studio))}
      ${history.next !== null && !history.problem ? html`<li class="history-end" aria-hidden="true"></li>` : nothing}
    </ul>
    ${history.problem
      ? html`<p class="error">${history.problem}</p><button class="button small" @click=${() => studio.loadHistory()}>Try again</button>`
      : nothing}
  `;
}

/** @param {Image} image @param {boolean} current @param {Studio} studio */
function thumb(image, current, studio) {
  const words = image.request.prompt || 'A picture without a prompt';
  return html`<li><button class="thumb" data-testid="history-item" data-id=${image.id} aria-label=${words} title=${words}
    aria-current=${current ? 'true' : nothing} @click=${() => studio.showImage(image.id)}
    ><img src=${image.thumbnail_url} alt="" loading="lazy" decoding="async" width="120" height="120"></button></li>`;
}
