import {Problem} from '../api.js';
import {html, nothing, render, repeat} from '../lit.js';
import {bytesInMemory, filtered, KINDS} from '../model/catalog.js';
import {count, memory, size} from '../model/format.js';
import {keepFocus} from './focus.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').Model} Model
 * @typedef {import('../types.js').State} State
 */

/** AUTOMATIC1111 shortens a model's SHA-256 to this many digits. */
const SHORT_HASH = 10;

/**
 * Every model that the studio knows, with what is to be known of it.
 *
 * @param {HTMLElement} root
 * @param {import('../library.js').Library} library
 * @param {import('../downloads.js').Downloads} downloads
 * @returns {(state: State) => void}
 */
export function createCatalog(root, library, downloads) {
  /** Id of the download whose model's removal waits for a yes. */
  let removing = '';
  let removeProblem = '';
  let kind = '';
  let words = '';
  /** @type {State} */
  let last;
  const again = () => draw(last);

  const draw = (/** @type {State} */ state) => {
    last = state;
    const models = state.catalog?.models ?? [];
    const found = filtered(models, kind, words);
    const content = html`
      <div class="place-head">
        <h2>Models</h2>
        ${state.folders ? html`<a class="muted" href="#folders" data-testid="to-folders">${count(state.folders.folders.length, 'model folder')}</a>` : nothing}
        <button class="button small" data-testid="rescan" title="Look through the model folders again"
          @click=${() => library.rescan()}>${icon('arrow-repeat')}Rescan</button>
      </div>
      <div class="catalog-bar">
        <div class="kinds" role="group" aria-label="Kind of model">${kinds(models)}</div>
        <input type="search" data-testid="model-search" placeholder="Search name, hash, note…" aria-label="Search the models" .value=${words}
          @input=${(/** @type {InputEvent} */ e) => {
            words = /** @type {HTMLInputElement} */ (e.target).value;
            again();
          }}>
      </div>
      ${state.catalogProblem ? html`<p class="error" role="alert" data-testid="catalog-problem">${state.catalogProblem}</p>` : nothing}
      ${state.catalog && !found.length ? empty(models.length > 0) : nothing}
      <ul class="models" data-testid="models">${repeat(found, (m) => m.id, (m) => row(m, state, removal(state.downloads.find((d) => d.path === m.path))))}</ul>
    `;
    keepFocus(root, () => render(content, root), ([id]) =>
      root.querySelector(`[data-id="${CSS.escape(id ?? '')}"] :is([data-testid=remove-yes], [data-testid=remove])`) ?? root);
  };

  /** @param {import('../types.js').Download | undefined} download  the one that brought the model */
  function removal(download) {
    if (!download) return nothing;
    const ask = (/** @type {string} */ id) => {
      removing = id;
      removeProblem = '';
      again();
    };
    if (removing !== download.id) {
      return html`<button class="icon-button" data-testid="remove" aria-label="Remove ${download.plan.name}" title="Remove: goes to .trash in the folder of downloads"
        @click=${() => ask(download.id)}>${icon('trash3')}</button>`;
    }
    return html`<span class="model-ask">Remove it?
      <button class="button small danger" data-testid="remove-yes" @click=${async () => {
        try {
          await downloads.remove(download.id);
          removing = '';
        } catch (problem) {
          if (!(problem instanceof Problem)) throw problem;
          removeProblem = problem.message;
        }
        again();
      }}>Remove</button>
      <button class="button small quiet" @click=${() => ask('')}>Keep</button>
      ${removeProblem ? html`<span class="error" role="alert">${removeProblem}</span>` : nothing}</span>`;
  }

  /** @param {Model[]} models */
  function kinds(models) {
    const choice = (/** @type {string} */ key, /** @type {string} */ label, /** @type {number} */ n) =>
      html`<button class="chip" data-testid="kind-${key || 'all'}" aria-pressed=${kind === key} @click=${() => {
        kind = key;
        again();
      }}>${label} <span class="figures">${n}</span></button>`;
    return [
      choice('', 'All', models.length),
      ...Object.entries(KINDS).map(([key, label]) => choice(key, label, models.filter((m) => m.kind === key).length)),
    ];
  }

  /** @param {boolean} searched  whether there are models that the search left out */
  function empty(searched) {
    const none = words || !kind ? 'No models' : `No ${KINDS[/** @type {keyof typeof KINDS} */ (kind)]}`;
    return html`<div class="models-empty" data-testid="models-empty">
      <p>${searched && words ? `Nothing here has “${words}” in its name, hash or notes.` : `${none} in the model folders yet.`}</p>
    </div>`;
  }

  return draw;
}

/** @param {Model} model @param {State} state @param {unknown} removal  what takes it away */
function row(model, {system, downloads}, removal) {
  const plan = downloads.find((d) => d.path === model.path)?.plan;
  const held = bytesInMemory(model, system);
  return html`<li class="model" data-testid="model-row" data-id=${model.id} data-usable=${model.usable}>
    <div class="model-name"><strong>${model.name}</strong><span class="muted" title=${model.path}>${model.path}</span></div>
    <div class="model-facts">
      <span class="tag">${KINDS[model.kind].replace(/s$/, '')}</span>
      ${model.default_size ? html`<span>${model.default_size} px</span>` : nothing}
      <span>${size(model.bytes)}</span>
      ${model.sha256 ? html`<code title="SHA-256 ${model.sha256}">${model.sha256.slice(0, SHORT_HASH)}</code>` : nothing}
      ${held ? html`<span class="model-held" data-testid="in-memory">${icon('memory')}${memory(held)} in memory</span>` : nothing}
      ${removal}
    </div>
    ${plan ? origin(plan) : nothing}
    ${model.problem ? html`<p class="model-problem" data-testid="model-problem">${icon('exclamation-circle')}<span>${model.problem}</span></p>` : nothing}
    ${model.notes.map((note) => html`<p class="model-note" data-testid="model-note">${note}</p>`)}
  </li>`;
}

/** Where a model was fetched from. @param {import('../types.js').DownloadPlan} plan */
function origin({page, source, base_model: base, license}) {
  const from = page ? html`<a href=${page} target="_blank" rel="noopener noreferrer">${source}</a>` : source;
  const more = `${base ? `, made for ${base}` : ''}${license ? `. Licence: ${license}` : ''}`;
  return html`<p class="model-note" data-testid="model-origin">From ${from}${more}</p>`;
}
