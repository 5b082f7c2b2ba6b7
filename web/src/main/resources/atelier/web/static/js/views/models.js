import {html, nothing, render} from '../lit.js';
import {size} from '../model/format.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').Model} Model
 * @typedef {import('../types.js').State} State
 */

/** Problems listed before the rest is folded away. */
const SHOWN = 2;

/** @param {State} state @returns {Model[]} */
export const checkpoints = ({catalog}) => (catalog?.models ?? []).filter((m) => m.kind.toLowerCase() === 'checkpoint');

/** The checkpoints that pictures can be made with. @param {State} state @returns {Model[]} */
export const usableCheckpoints = (state) => checkpoints(state).filter((m) => m.usable);

/**
 * The choice of a model: its options, and right under it what cannot be used and why.
 *
 * @param {HTMLSelectElement} select
 * @param {HTMLElement} notices
 * @returns {(state: State, chosen: string) => void}
 */
export function createModels(select, notices) {
  return (state, chosen) => {
    const all = checkpoints(state);
    const usable = usableCheckpoints(state);
    const gone = chosen && !usable.some((m) => m.id === chosen);
    render(
      html`
        ${gone ? html`<option value=${chosen}>${chosen}${state.catalog ? ' (not available)' : ''}</option>` : nothing}
        ${usable.map((m) => html`<option value=${m.id}>${m.name} · ${size(m.bytes)}</option>`)}
        ${all.filter((m) => !m.usable).map((m) => html`<option value=${m.id} disabled>${m.name} (cannot be used)</option>`)}
        ${!all.length && !gone ? html`<option value="">${state.catalog ? 'No model found' : 'Reading the models…'}</option>` : nothing}
      `,
      select,
    );
    select.value = chosen;
    render(problems(state, all), notices);
  };
}

/** @param {State} state @param {Model[]} models */
function problems(state, models) {
  const broken = models.filter((m) => !m.usable);
  const folders = (state.catalog?.folders ?? []).filter((f) => f.problem);
  return html`
    ${state.catalogProblem ? html`<p class="error">${state.catalogProblem}</p>` : nothing}
    ${broken.length ? list('model-problem', 'exclamation-circle', broken.map((m) => ({name: m.name, problem: m.problem ?? ''}))) : nothing}
    ${folders.length ? list('folder-problem', 'folder-x', folders.map((f) => ({name: f.path, problem: withoutName(f.path, f.problem ?? '')}))) : nothing}
  `;
}

/** A problem that begins with the name it stands under need not say it twice. @param {string} name @param {string} problem */
const withoutName = (name, problem) => (problem.startsWith(`${name} `) ? problem.slice(name.length + 1) : problem);

/** @param {string} testid @param {string} symbol @param {{name: string, problem: string}[]} entries */
function list(testid, symbol, entries) {
  const item = (/** @type {{name: string, problem: string}} */ e) => html`<li><strong>${e.name}</strong> ${e.problem}</li>`;
  const rest = entries.slice(SHOWN);
  return html`<div class="notice" data-testid=${testid}>${icon(symbol)}
    <ul>${entries.slice(0, SHOWN).map(item)}
      ${rest.length ? html`<li><details><summary>${rest.length} more</summary><ul>${rest.map(item)}</ul></details></li>` : nothing}
    </ul></div>`;
}
