import {html, nothing, repeat} from '../lit.js';
import {memory} from '../model/format.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').Device} Device
 * @typedef {import('../types.js').Loaded} Loaded
 */

/** Parts by the API's names. */
const PARTS = {
  unet: 'UNet',
  vae: 'VAE',
  vae_encoder: 'VAE encoder',
  text_encoder: 'Text encoder',
  preview_decoder: 'Preview decoder',
};

/**
 * The meter of one memory: how full it is, and behind it what is in it.
 *
 * @param {Device} device
 * @param {string | null} problem  why something could not be freed
 * @param {(id?: number) => void} onFree  frees one, or all that are idle
 */
export function meter(device, problem, onFree) {
  const share = device.budget_bytes ? Math.min(1, device.used_bytes / device.budget_bytes) : 0;
  const words = `${memory(device.used_bytes)} of ${memory(device.budget_bytes)}`;
  return html`
    <details class="meter" data-testid="memory" data-device=${device.name}>
      <summary title="Memory held by models on ${device.name}">
        ${icon('memory')}<span class="meter-name">${device.name}</span>
        <span class="meter-bar" role="img" aria-label="Model memory: ${words}"><span .style=${`--share:${share}`}></span></span>
        <span class="meter-words">${words}</span>
      </summary>
      <div class="meter-panel">${panel(device, problem, onFree)}</div>
    </details>
  `;
}

/** @param {Device} device @param {string | null} problem @param {(id?: number) => void} onFree */
function panel(device, problem, onFree) {
  const idle = device.models.filter((m) => !m.leases);
  return html`
    <div class="meter-head">
      <h2>Models in memory</h2>
      ${idle.length > 1 ? html`<button class="text-button" data-testid="free-all" @click=${() => onFree()}>Free all idle</button>` : nothing}
    </div>
    <dl class="meter-figures" data-testid="memory-figures">
      ${figure('Used', device.used_bytes)} ${figure('Most so far', device.peak_bytes)} ${figure('Budget', device.budget_bytes)}
    </dl>
    ${device.models.length
      ? html`<ul>${repeat(device.models, (m) => m.id, (m) => row(m, onFree))}</ul>`
      : html`<p class="muted">${device.name === 'host'
          ? 'None. Models that make room on the GPU wait here.'
          : 'None yet. The first picture loads its model.'}</p>`}
    ${problem ? html`<p class="error" role="alert">${problem}</p>` : nothing}
    <p class="muted">The least recently used one makes room when the budget is full.</p>
  `;
}

/** @param {string} term @param {number} bytes */
const figure = (term, bytes) => html`<div><dt>${term}</dt><dd>${memory(bytes)}</dd></div>`;

/** @param {Loaded} loaded @param {(id?: number) => void} onFree */
function row({id, part, models, bytes, leases}, onFree) {
  const names = models.map((m) => m.slice(m.lastIndexOf('/') + 1)).join(', ');
  const what = PARTS[/** @type {keyof typeof PARTS} */ (part)] ?? part;
  return html`<li data-testid="loaded" data-part=${part}>
    <span class="loaded-name"><span>${names}</span><span class="muted">${what}${models.length > 1 ? ', in common' : ''}</span></span>
    <span>${memory(bytes)}</span>
    ${leases
      ? html`<span class="loaded-state">in use</span>`
      : html`<button class="text-button" data-testid="free" title="Idle: free its memory" aria-label="Free ${names}, ${what}"
          @click=${() => onFree(id)}>Free</button>`}
  </li>`;
}
