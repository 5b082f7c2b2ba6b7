import {html, nothing} from '/static/js/lit.js';
import {size} from '/static/js/model/format.js';
import {icon} from '/static/js/views/icons.js';
import {MAX, MIN, STEP} from './uses.js';

/**
 * @typedef {import('./uses.js').Lora} Lora
 *
 * @typedef {object} Actions
 * @property {(lora: Lora, on: boolean) => void} turn
 * @property {(lora: Lora, network: 'unet' | 'text_encoder', input: HTMLInputElement) => void} weigh
 * @property {(lora: Lora) => void} link  makes both weights one, or two again
 * @property {(text: string) => void} insert  into the prompt
 * @property {(lora: Lora, chosen: boolean) => void} picture  takes the stage's picture, or none
 */

/** Trigger words that are shown without asking. */
const SHOWN_WORDS = 6;
const NETWORKS = /** @type {const} */ ([['unet', 'UNet'], ['text_encoder', 'Text encoder']]);

/**
 * @param {Lora} lora
 * @param {{on: boolean, unet: number, text_encoder: number, linked: boolean}} use
 * @param {string} note  what became of the last action
 * @param {Actions} actions
 */
export function loraCard(lora, use, note, actions) {
  const {id, name, kind, base_model: base, problem} = lora;
  const on = use.on && !problem;
  return html`<li class="lora ${on ? 'on' : ''}" data-testid="lora-card" data-id=${id} data-on=${on} data-broken=${problem !== null}>
    <div class="lora-head">
      ${thumbnail(lora)}
      <div class="lora-name"><strong title=${id}>${name}</strong><span class="muted">${[kind, base].filter(Boolean).join(' · ')}</span></div>
      ${problem
        ? html`<span class="lora-mark" title="It cannot be used">${icon('exclamation-triangle')}</span>`
        : html`<label class="switch"><input type="checkbox" role="switch" data-testid="lora-switch" aria-label="Use ${name}" .checked=${on}
            @change=${(/** @type {Event} */ e) => actions.turn(lora, /** @type {HTMLInputElement} */ (e.target).checked)}><span aria-hidden="true"></span></label>`}
    </div>
    ${problem ? html`<p class="lora-problem" data-testid="lora-problem">${problem}</p>` : nothing}
    ${on ? weights(lora, use.linked, actions) : nothing}
    ${on && lora.trigger_words.length ? words(lora.trigger_words.slice(0, SHOWN_WORDS), actions) : nothing}
    ${details(lora, on, note, actions)}
  </li>`;
}

/** @param {Lora} lora */
function thumbnail({thumbnail: url, name}) {
  return url
    ? html`<img class="lora-picture" src=${url} alt="" width="48" height="48" loading="lazy" decoding="async">`
    : html`<span class="lora-picture lora-blank" aria-hidden="true">${name.slice(0, 1).toUpperCase()}</span>`;
}

/** @param {Lora} lora @param {boolean} linked @param {Actions} actions */
function weights(lora, linked, actions) {
  const weigh = (/** @type {'unet' | 'text_encoder'} */ network) => (/** @type {Event} */ e) =>
    actions.weigh(lora, network, /** @type {HTMLInputElement} */ (e.target));
  return html`<div class="lora-weights" role="group" aria-label="Weights of ${lora.name}">
    ${NETWORKS.map(([network, label]) => html`<label class="lora-weight"><span>${label}</span>
      <input class="range" type="range" min=${MIN} max=${MAX} step=${STEP} data-testid="lora-${network}-range" data-weight=${network} data-lora=${lora.id}
        aria-label="${label} weight of ${lora.name}, slider" @input=${weigh(network)}>
      <input class="number" type="number" min=${MIN} max=${MAX} step="any" inputmode="decimal" data-testid="lora-${network}" data-weight=${network} data-lora=${lora.id}
        aria-label="${label} weight of ${lora.name}" @input=${weigh(network)}></label>`)}
    <button type="button" class="icon-button lora-link" data-testid="lora-link" aria-pressed=${linked} aria-label="One weight for both networks of ${lora.name}"
      title=${linked ? 'Both networks have the same weight: part them' : 'Give both networks the same weight'} @click=${() => actions.link(lora)}>${icon('link-45deg')}</button>
  </div>`;
}

/** @param {string[]} all @param {Actions} actions */
function words(all, actions) {
  return html`<div class="lora-words" role="group" aria-label="Trigger words">${all.map(
    (word) => html`<button type="button" class="chip" data-testid="lora-word" title="Put it into the prompt" @click=${() => actions.insert(word)}>${word}</button>`,
  )}</div>`;
}

/** @param {Lora} lora @param {boolean} on  its first words are shown above @param {string} note @param {Actions} actions */
function details(lora, on, note, actions) {
  const rest = lora.trigger_words.slice(on ? SHOWN_WORDS : 0);
  const {title, author, license, description, bytes, unmatched, unmatched_count: more, problem} = lora;
  const facts = [title !== lora.name && title, author && `by ${author}`, license && `licence: ${license}`, size(bytes)];
  return html`<details class="lora-details" data-testid="lora-details"><summary>Details</summary>
    <p class="muted">${facts.filter(Boolean).join(', ')}</p>
    ${description ? html`<p class="muted">${description}</p>` : nothing}
    ${problem ? nothing : html`<p class="muted">Changes ${lora.unet_modules} modules of the UNet and ${lora.text_encoder_modules} of the text encoder.</p>`}
    ${rest.length ? words(rest, actions) : nothing}
    ${more
      ? html`<p class="muted" data-testid="lora-unmatched">${more === 1 ? 'One key fits' : `${more} keys fit`} no module and ${more === 1 ? 'has' : 'have'} no effect:</p>
          <ul class="lora-keys">${unmatched.map((key) => html`<li><code>${key}</code></li>`)}${more > unmatched.length ? html`<li>… and ${more - unmatched.length} more</li>` : nothing}</ul>`
      : nothing}
    <div class="lora-actions">
      ${problem
        ? nothing
        : html`<button type="button" class="button small" data-testid="lora-tag" title="Put <lora:${lora.name}:1> into the prompt" @click=${() => actions.insert(`<lora:${lora.name}:1>`)}>Insert as tag</button>`}
      <button type="button" class="button small" data-testid="lora-use-picture" @click=${() => actions.picture(lora, true)}>Use picture as thumbnail</button>
      ${lora.thumbnail_chosen
        ? html`<button type="button" class="button small quiet" data-testid="lora-drop-picture" @click=${() => actions.picture(lora, false)}>Remove thumbnail</button>`
        : nothing}
    </div>
    ${note ? html`<p class="error" role="alert">${note}</p>` : nothing}
  </details>`;
}
