import {html, nothing, render} from '../lit.js';
import {count} from '../model/format.js';
import {liveJob, progressNow} from '../model/jobs.js';
import {nextTheme, theme} from '../theme.js';
import {icon} from './icons.js';
import {meter} from './memory.js';

/**
 * @typedef {import('../types.js').State} State
 */

const CONNECTIONS = {
  connecting: 'Connecting',
  connected: 'Connected',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
};
const THEMES = {
  system: {icon: 'circle-half', label: 'Theme: as the system'},
  dark: {icon: 'moon-stars', label: 'Theme: dark'},
  light: {icon: 'sun', label: 'Theme: light'},
};

/**
 * The top bar's right side and the banner under it.
 *
 * @param {HTMLElement} bar
 * @param {HTMLElement} banner
 * @param {() => void} onRetry
 * @param {(id?: number) => void} onFree  frees the memory of that model, or of all that are idle
 * @returns {(state: State) => void}
 */
export function createTopbar(bar, banner, onRetry, onFree) {
  /** @type {State} */
  let last;
  const place = document.title;
  // A panel over the page goes away as one expects: by a click elsewhere, or by Escape.
  const closeMeters = () => bar.querySelectorAll('.meter[open]').forEach((m) => m.removeAttribute('open'));
  document.addEventListener('pointerdown', (e) => {
    if (!(/** @type {Element} */ (e.target).closest('.meter'))) closeMeters();
  });
  bar.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') closeMeters();
  });
  const draw = (/** @type {State} */ state) => {
    last = state;
    render(
      html`
        ${state.system?.devices?.map((d) => meter(d, state.memoryProblem, onFree))} ${queue(state)} ${connection(state)}
        <button class="icon-button" data-testid="theme" aria-label=${THEMES[theme()].label} title=${THEMES[theme()].label}
          @click=${() => {
            nextTheme();
            draw(last);
          }}>${icon(THEMES[theme()].icon)}</button>
      `,
      bar,
    );
    render(notice(state, onRetry), banner);
    document.title = title(state, place);
  };
  return draw;
}

/** @param {State} state */
function queue({queue: {queued, running}}) {
  const words = queued + running === 0 ? 'Queue empty' : [running && `${running} drawing`, queued && `${queued} waiting`].filter(Boolean).join(', ');
  return html`<span class="status queue-length" data-testid="queue-length" data-queued=${queued} data-running=${running}
    title=${words}>${icon('stack')}<span class="status-words">${words}</span><span class="status-short" aria-hidden="true">${queued + running}</span></span>`;
}

/** @param {State} state */
function connection({connection: {state, reason}}) {
  return html`<span class="status connection" data-testid="connection" data-state=${state} title=${reason ?? CONNECTIONS[state]}
    ><span class="dot" aria-hidden="true"></span><span class="status-words">${CONNECTIONS[state]}</span></span>`;
}

/** @param {State} state @param {() => void} onRetry */
function notice({connection: {state, reason}}, onRetry) {
  if (state !== 'offline') return nothing;
  return html`<div class="banner" role="status" data-testid="banner">${icon('wifi-off')}<p>${reason}</p>
    <button class="button small" @click=${onRetry}>Try now</button></div>`;
}

/** @param {State} state @param {string} place  what the page is called while nothing is drawn */
function title({jobs, liveId}, place) {
  const job = liveJob(jobs, liveId);
  if (job?.state !== 'running') return place;
  const {done} = progressNow(job);
  const others = jobs.filter((j) => j.state === 'queued').length;
  return `${Math.round(done * 100)} %${others ? ` (${count(others, 'more', 'more')})` : ''} · ${place}`;
}
