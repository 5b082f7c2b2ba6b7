import {html, nothing, render, repeat} from '/static/js/lit.js';
import {icon} from '/static/js/views/icons.js';
import {loraCard} from './lora-card.js';
import {found, strangers, useOf, withUse} from './uses.js';

/**
 * @typedef {import('./uses.js').Lora} Lora
 * @typedef {import('./uses.js').Use} Use
 */

/** Fewer than that are found without searching. */
const MANY = 4;

/** @param {HTMLElement} root @param {any} panel */
export function mount(root, panel) {
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = new URL('./lora.css', import.meta.url).href;
  const place = /** @type {HTMLElement} */ (root.querySelector('.lora-panel'));
  root.append(style);

  /** @type {{loras: Lora[], folders: string[]} | null} */
  let shelf = null;
  let problem = '';
  let words = '';
  let asked = 0;
  let looking = false;
  /** Those whose two weights are moved one by one. @type {Map<string, boolean>} */
  const parted = new Map();
  /** What became of an action, by LoRA. @type {Map<string, string>} */
  const notes = new Map();

  const uses = () => /** @type {Use[]} */ (panel.values.loras);
  const linked = (/** @type {Lora} */ lora) => {
    const {unet, text_encoder: text} = useOf(uses(), lora);
    return !(parted.get(lora.id) ?? unet !== text);
  };

  const actions = {
    turn: (/** @type {Lora} */ lora, /** @type {boolean} */ on) => {
      panel.set({loras: withUse(uses(), lora, {on})});
      if (on) panel.turn(true);
    },
    weigh: (/** @type {Lora} */ lora, /** @type {'unet' | 'text_encoder'} */ network, /** @type {HTMLInputElement} */ input) => {
      const wrong = input.value === '' || !input.validity.valid;
      input.setAttribute('aria-invalid', String(wrong));
      if (wrong) return;
      const weight = Number(input.value);
      panel.set({loras: withUse(uses(), lora, linked(lora) ? {unet: weight, text_encoder: weight} : {[network]: weight})});
    },
    link: (/** @type {Lora} */ lora) => {
      const was = linked(lora);
      parted.set(lora.id, was);
      if (!was) panel.set({loras: withUse(uses(), lora, {text_encoder: useOf(uses(), lora).unet})});
      draw();
    },
    insert: (/** @type {string} */ text) => panel.insert(text),
    picture: async (/** @type {Lora} */ lora, /** @type {boolean} */ chosen) => {
      notes.set(lora.id, await choosePicture(lora, chosen ? panel.picture() : null, chosen));
      await load();
    },
  };

  function draw() {
    const all = shelf?.loras ?? [];
    const some = found(all, words);
    const on = all.filter((lora) => !lora.problem && useOf(uses(), lora).on).length;
    render(
      html`
        ${problem ? html`<p class="error" role="alert">${problem} <button type="button" class="text-button" @click=${load}>Try again</button></p>` : nothing}
        ${shelf
          ? html`<div class="lora-bar">
              ${all.length > MANY
                ? html`<input type="search" data-testid="lora-search" placeholder="Search name, word, model…" aria-label="Search the LoRAs" .value=${words}
                    @input=${search} @keydown=${(/** @type {KeyboardEvent} */ e) => e.key === 'Enter' && !e.ctrlKey && e.preventDefault()}>`
                : html`<span class="muted">${all.length ? (all.length === 1 ? 'One LoRA' : `${all.length} LoRAs`) : ''}</span>`}
              <span class="muted figures" data-testid="lora-count">${on ? `${on} on` : ''}</span>
              <button type="button" class="icon-button" data-testid="lora-rescan" title="Look through the model folders again" aria-label="Look for new LoRAs" ?disabled=${looking} @click=${rescan}>${icon('arrow-repeat')}</button>
            </div>`
          : nothing}
        ${shelf && !all.length ? empty(shelf.folders) : nothing}
        ${all.length && !some.length ? html`<p class="muted" data-testid="lora-none">No LoRA has “${words}” in its name, words or model.</p>` : nothing}
        <ul class="loras">${repeat(some, ({id}) => id, (lora) => loraCard(lora, {...useOf(uses(), lora), linked: linked(lora)}, notes.get(lora.id) ?? '', actions))}</ul>
        ${shelf ? strangers(uses(), all).map(stranger) : nothing}
      `,
      place,
    );
    fill();
  }

  /** Weights into their fields, but for the one that is being typed in. */
  function fill() {
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll('[data-weight]'))) {
      const lora = shelf?.loras.find(({id}) => id === field.dataset.lora);
      if (!lora) continue;
      const weight = useOf(uses(), lora)[/** @type {'unet' | 'text_encoder'} */ (field.dataset.weight)];
      if (field.type === 'range') field.style.setProperty('--share', String((weight - Number(field.min)) / (Number(field.max) - Number(field.min))));
      if (field === document.activeElement && field.type === 'number') continue;
      field.value = String(weight);
      field.removeAttribute('aria-invalid');
    }
  }

  /** @param {InputEvent} e */
  function search(e) {
    words = /** @type {HTMLInputElement} */ (e.target).value;
    draw();
  }

  /** @param {Use} use */
  function stranger(use) {
    return html`<p class="lora-gone" data-testid="lora-gone"><span><strong>${use.name}</strong> is not in the model folders.</span>
      <button type="button" class="button small" @click=${() => panel.set({loras: uses().filter((other) => other.name !== use.name)})}>Leave it out</button></p>`;
  }

  async function load() {
    const turn = ++asked;
    try {
      const answer = await call('/plugins/lora/list');
      if (turn !== asked) return;
      shelf = answer;
      problem = '';
    } catch (fault) {
      if (turn !== asked) return;
      problem = /** @type {Error} */ (fault).message;
    }
    draw();
  }

  async function rescan() {
    looking = true;
    draw();
    await call('/api/v1/models/rescan', 'POST').catch(() => {});
    looking = false;
    await load();
  }

  panel.onValues(draw);
  panel.onMessage(load);
  draw();
  load();
}

/** @param {string[]} folders */
function empty(folders) {
  return html`<div class="lora-empty" data-testid="lora-empty"><p>No LoRAs yet. Put their files into <code>loras</code> in a model folder${folders.length ? html`, such as <code>${folders[0]}</code>` : nothing}, and look again.</p></div>`;
}

/**
 * Takes the stage's picture for a LoRA's, or forgets the one that was taken.
 *
 * @param {Lora} lora
 * @param {{thumbnail_url: string} | null} picture
 * @param {boolean} chosen
 * @returns {Promise<string>} what is wrong, if anything
 */
async function choosePicture(lora, picture, chosen) {
  if (chosen && !picture) return 'Make a picture, or choose one in the history, to use as its thumbnail.';
  try {
    const url = picture ? await dataUrl(await (await fetch(picture.thumbnail_url)).blob()) : '';
    await call(`/plugins/lora/thumbnail?id=${encodeURIComponent(lora.id)}`, 'POST', {picture: url});
    return '';
  } catch (fault) {
    return /** @type {Error} */ (fault).message;
  }
}

/** @param {Blob} blob @returns {Promise<string>} */
const dataUrl = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });

/** @param {string} path @param {string} [method] @param {object} [body] */
async function call(path, method = 'GET', body) {
  const response = await fetch(path, {method, headers: body ? {'Content-Type': 'application/json'} : {}, body: body && JSON.stringify(body)}).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (response?.ok && answer) return answer;
  throw new Error(answer?.detail ?? 'The studio does not answer.');
}
