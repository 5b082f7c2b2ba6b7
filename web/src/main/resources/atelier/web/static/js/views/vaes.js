import {html, nothing, render} from '../lit.js';
import {size} from '../model/format.js';

/** @typedef {import('../types.js').State} State */

/** The choices that are no file, by the API's names. */
const WORDS = {Automatic: 'Automatic', None: 'The model’s own'};

/**
 * The choice of a VAE, there only where there is a choice.
 *
 * @param {HTMLSelectElement} select
 * @param {HTMLElement} field
 * @returns {(state: State, chosen: string) => void}
 */
export function createVaes(select, field) {
  return (state, chosen) => {
    const vaes = (state.catalog?.models ?? []).filter((m) => m.kind === 'vae' && m.usable);
    const gone = !(chosen in WORDS) && !vaes.some((m) => m.id === chosen);
    field.hidden = !vaes.length && !gone;
    render(
      html`
        ${Object.entries(WORDS).map(([value, words]) => html`<option value=${value}>${words}</option>`)}
        ${gone ? html`<option value=${chosen}>${chosen}${state.catalog ? ' (not available)' : ''}</option>` : nothing}
        ${vaes.map((m) => html`<option value=${m.id}>${m.name} · ${size(m.bytes)}</option>`)}
      `,
      select,
    );
    select.value = chosen;
  };
}
