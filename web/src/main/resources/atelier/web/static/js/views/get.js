import {html, nothing, render} from '../lit.js';
import {KINDS} from '../model/catalog.js';
import {count, size} from '../model/format.js';
import {createFieldError} from './field-error.js';
import {icon} from './icons.js';

/** @typedef {import('../types.js').Offer} Offer */

/**
 * Adding a model: an address, what it stands for, and a yes.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement} place  where the offer is shown
 * @param {import('../downloads.js').Downloads} downloads
 */
export function createGet(form, place, downloads) {
  const address = /** @type {HTMLInputElement} */ (form.querySelector('#address'));
  const {complain, trying} = createFieldError(address, /** @type {HTMLElement} */ (form.querySelector('#address-error')));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('#look'));
  /** The last look; an answer to an earlier one is of no interest. */
  let looks = 0;

  form.addEventListener('submit', (e) => {
    e.preventDefault();
    look(address.value.trim());
  });

  /** @param {boolean} busy */
  function working(busy) {
    button.disabled = busy;
    /** @type {HTMLElement} */ (button.querySelector('span')).textContent = busy ? 'Looking…' : 'Look';
  }

  /** @param {string} what */
  async function look(what) {
    if (!what) {
      complain('Paste the address of a model first.');
      return;
    }
    const mine = ++looks;
    show(null);
    working(true);
    await trying(async () => {
      const offer = await downloads.look(what);
      if (mine === looks) show(offer);
    });
    if (mine === looks) working(false);
  }

  /** @param {Offer | null} offer */
  function show(offer) {
    render(offer ? card(offer) : nothing, place);
    /** @type {HTMLElement | null} */ (place.querySelector('[data-testid=confirm], .choices button'))?.focus();
  }

  function close() {
    show(null);
    address.focus();
  }

  /** @param {Offer} offer */
  function card({plan, choices, folder}) {
    return html`<div class="offer" data-testid="offer">
      ${plan
        ? html`
            <div class="offer-head"><strong>${plan.name}</strong>
              <span class="muted">${plan.source}${plan.page
                ? html` · <a href=${plan.page} target="_blank" rel="noopener noreferrer">its page</a>`
                : nothing}</span></div>
            <dl class="offer-facts">
              <div><dt>Kind</dt><dd>${KINDS[plan.kind].replace(/s$/, '')}</dd></div>
              <div><dt>Made for</dt><dd>${plan.base_model ?? 'not said'}</dd></div>
              <div><dt>Licence</dt><dd data-testid="license">${plan.license ?? 'not said'}</dd></div>
              <div><dt>Size</dt><dd>${plan.bytes ? size(plan.bytes) : 'not said'}</dd></div>
              <div class="wide"><dt>Goes to</dt><dd>${folder}/${plan.target}</dd></div>
            </dl>
            <details class="offer-files"><summary>${count(plan.files.length, 'file')}${
              plan.files.every((f) => f.hash) ? ', checked against published hashes' : ''}</summary>
              <ul>${plan.files.map((f) => html`<li><code>${f.path}</code><span class="figures">${f.bytes === null ? '' : size(f.bytes)}</span></li>`)}</ul></details>
            ${plan.notes.map((note) => html`<p class="muted offer-note">${note}</p>`)}
            <div class="offer-actions">
              <button class="button primary" data-testid="confirm" @click=${(/** @type {Event} */ e) => {
                const pressed = /** @type {HTMLButtonElement} */ (e.currentTarget);
                pressed.disabled = true;
                trying(async () => {
                  await downloads.start(plan.id ?? '');
                  address.value = '';
                  close();
                }).finally(() => (pressed.disabled = false));
              }}>${icon('download')}Download${plan.bytes ? ` ${size(plan.bytes)}` : ''}</button>
              <button class="button quiet" data-testid="not-now" @click=${close}>Not now</button>
            </div>`
        : html`<div class="offer-head"><strong>Which one?</strong><span class="muted">There is more than one model here.</span>
            <button class="button quiet small" @click=${close}>Not now</button></div>`}
      ${choices.length
        ? html`<details class="offer-files choices" ?open=${!plan}
            ><summary>${others(choices.length, Boolean(plan))}</summary>
            <ul>${choices.map(
              (c) => html`<li><button class="text-button" data-testid="choice" @click=${() => {
                address.value = c.address;
                look(c.address);
              }}>${c.name}</button><span class="figures">${c.bytes === null ? '' : size(c.bytes)}</span></li>`,
            )}</ul></details>`
        : nothing}
    </div>`;
  }
}

/** @param {number} files @param {boolean} besides  whether there is one that is shown */
function others(files, besides) {
  if (!besides) return count(files, 'file');
  return files === 1 ? 'Or the other file' : `Or one of ${files} other files`;
}
