import {html, nothing, render, repeat} from '../lit.js';
import {subjectOf} from '../model/jobs.js';

/**
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').State} State
 * @typedef {import('../gallery.js').Gallery} Gallery
 * @typedef {import('../studio.js').Studio} Studio
 */

/**
 * The strip of recent pictures.
 *
 * @param {HTMLElement} root
 * @param {Studio} studio
 * @param {Gallery} gallery
 * @returns {(state: State) => void}
 */
export function createHistory(root, studio, gallery) {
  /** @type {Element | null} */
  let watched = null;
  let shown = '';
  const observer = new IntersectionObserver(
    (entries) => {
      // A page that was too short leaves the end in view: watch it anew, to be told again.
      if (entries.some((e) => e.isIntersecting)) gallery.loadMore().then(watch);
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
    render(strip(state, current, studio, gallery), root);
    if (root.querySelector('.history-end') !== watched) watch();
    if (current && current !== shown) {
      reveal(/** @type {HTMLElement | null} */ (root.querySelector('[aria-current]')));
    }
    shown = current;
  };
}

/** Scrolls the strip, and nothing but the strip, until the thumbnail is in view. @param {HTMLElement | null} thumb */
function reveal(thumb) {
  const list = thumb?.closest('.thumbs');
  if (!thumb || !list) return;
  const [seen, box] = [list.getBoundingClientRect(), thumb.getBoundingClientRect()];
  const margin = 16;
  const shift = (/** @type {number} */ start, /** @type {number} */ end, /** @type {number} */ from, /** @type {number} */ to) =>
    start < from + margin ? start - from - margin : Math.max(0, end - to + margin);
  list.scrollBy(shift(box.left, box.right, seen.left, seen.right), shift(box.top, box.bottom, seen.top, seen.bottom));
}

/** @param {State} state @param {string} current @param {Studio} studio @param {Gallery} gallery */
function strip({history}, current, studio, gallery) {
  return html`
    <h2 id="history-title">History</h2>
    ${!history.images.length && history.next === null ? html`<p class="muted history-empty">Pictures you make gather here.</p>` : nothing}
    <ul class="thumbs" data-testid="history">
      ${repeat(history.images, (i) => i.id, (i) => thumb(i, i.id === current, studio))}
      ${history.next !== null && !history.problem ? html`<li class="history-end" aria-hidden="true"></li>` : nothing}
    </ul>
    ${history.problem
      ? html`<p class="error">${history.problem}</p><button class="button small" @click=${() => gallery.loadMore()}>Try again</button>`
      : nothing}
  `;
}

/** Where the page is one long column, the picture may be far above. @param {Image} image @param {Studio} studio */
function show(image, studio) {
  studio.showImage(image.id);
  document.querySelector('.stage')?.scrollIntoView({block: 'start'});
}

/** @param {Image} image @param {boolean} current @param {Studio} studio */
function thumb(image, current, studio) {
  const words = image.request.prompt || 'A picture without a prompt';
  return html`<li><button class="thumb" data-testid="history-item" data-id=${image.id} aria-label=${words} title=${words}
    aria-current=${current ? 'true' : nothing} @click=${() => show(image, studio)}
    ><img src=${image.thumbnail_url} alt="" loading="lazy" decoding="async" width="120" height="120"></button></li>`;
}
