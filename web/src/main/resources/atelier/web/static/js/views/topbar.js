import {html, nothing, render} from '../lit.js';
import {count, memory} from '../model/format.js';
import {liveJob, progressNow} from '../model/jobs.js';
import {nextTheme, theme} from '../theme.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').Device} Device
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
 * @returns {(state: State) => void}
 */
export function createTopbar(bar, banner, onRetry) {
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
        ${state.system?.devices?.map(meter)} ${queue(state)} ${connection(state)}
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

/** @param {Device} device */
function meter(device) {
  const share = device.budget_bytes ? Math.min(1, device.used_bytes / device.budget_bytes) : 0;
  const words = `${memory(device.used_bytes)} of ${memory(device.budget_bytes)}`;
  return html`
    <details class="meter" data-testid="memory">
      <summary title="Memory held by models on ${device.name}">
        ${icon('memory')}<span class="meter-name">${device.name}</span>
        <span class="meter-bar" role="img" aria-label="Model memory: ${words}"><span .style=${`--share:${share}`}></span></span>
        <span class="meter-words">${words}</span>
      </summary>
      <div class="meter-panel">
        <h2>Models in memory</h2>
        ${device.models.length
          ? html`<ul>${device.models.map(
              (m) => html`<li><span>${m.key}</span><span>${memory(m.bytes)}</span><span class="muted">${m.leases ? 'in use' : 'kept'}</span></li>`,
            )}</ul>`
          : html`<p class="muted">None yet. The first picture loads its model.</p>`}
        <p class="muted">The least recently used one makes room when the budget of ${memory(device.budget_bytes)} is full.</p>
      </div>
    </details>
  `;
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
