import {api, Problem} from '../api.js';
import {html, nothing, render} from '../lit.js';
import {fitted} from '../model/parameters.js';
import {icon} from './icons.js';
import {drawFields, firstInvalid, showValues, typedValue} from './panel-fields.js';

/**
 * @typedef {import('../types.js').Annotator} Annotator
 * @typedef {import('../types.js').InputPicture} InputPicture
 */

/**
 * Control maps of the picture to begin with, by the plugins' annotators: made, looked at, kept as a
 * file or begun with.
 *
 * @param {HTMLElement} root
 * @param {(picture: Blob) => void} take  begins with a picture
 * @returns {(annotators: Annotator[], picture: InputPicture | null) => void}
 */
export function createMaps(root, take) {
  /** @type {Annotator[]} */
  let annotators = [];
  /** @type {InputPicture | null} */
  let picture = null;
  let chosen = '';
  /** What is in the fields, by annotator. @type {Map<string, Record<string, unknown>>} */
  const values = new Map();
  /** The annotator whose fields are there, as JSON. */
  let drawn = '';
  /** @type {{by: Annotator, blob: Blob, url: string} | null} */
  let map = null;
  let problem = '';
  let busy = false;
  /** Counts maps: one that was asked for of another picture is of no interest. */
  let asked = 0;

  const current = () => annotators.find((a) => a.id === chosen);
  const fields = () => /** @type {HTMLElement | null} */ (root.querySelector('.map-fields'));

  /** What was made, and what was said of it. */
  function forget() {
    asked++;
    if (map) URL.revokeObjectURL(map.url);
    map = null;
    problem = '';
    busy = false;
  }

  async function make() {
    const by = current();
    const invalid = firstInvalid(/** @type {HTMLElement} */ (fields()));
    if (!by || !picture || invalid) {
      invalid?.focus();
      return;
    }
    forget();
    const turn = asked;
    busy = true;
    draw();
    try {
      const blob = await api.annotate(by.id, picture, fitted(by.schema, values.get(by.id) ?? {}));
      if (turn !== asked) return;
      map = {by, blob, url: URL.createObjectURL(blob)};
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault;
      if (turn !== asked) return;
      problem = fault.message;
    }
    busy = false;
    draw();
  }

  /** @param {HTMLInputElement} field */
  function typed(field) {
    const by = current();
    const place = fields();
    const value = by && place && typedValue(place, by.schema, field);
    if (!value) return;
    values.set(by.id, {...values.get(by.id), ...value});
    showValues(place, fitted(by.schema, values.get(by.id) ?? {}), field);
  }

  /** The fields of the annotator that is chosen, anew where it is another. */
  function drawParameters() {
    const by = current();
    const place = fields();
    const wanted = by ? JSON.stringify(by) : '';
    if (!by || !place || wanted === drawn) {
      drawn = wanted;
      return;
    }
    drawn = wanted;
    drawFields(place, by.id, by.schema);
    showValues(place, fitted(by.schema, values.get(by.id) ?? {}));
  }

  function draw() {
    root.hidden = !annotators.length && !problem;
    render(
      html`
        ${annotators.length
          ? html`<div class="start-row">
                <label class="brush-label" for="map-annotator">Map</label>
                <select id="map-annotator" data-testid="map-annotator" @change=${(/** @type {Event} */ e) => {
                  chosen = /** @type {HTMLSelectElement} */ (e.target).value;
                  draw();
                }}>${annotators.map((a) => html`<option value=${a.id} .selected=${a.id === chosen}>${a.title}</option>`)}</select>
                <button type="button" class="button small" data-testid="map-make" ?disabled=${busy} @click=${make}>${busy ? 'Making…' : 'Make a map'}</button>
              </div>
              <div class="map-fields" @input=${(/** @type {InputEvent} */ e) => typed(/** @type {HTMLInputElement} */ (e.target))}
                @keydown=${(/** @type {KeyboardEvent} */ e) => {
                  // Not the form's: that would make a picture.
                  if (e.key !== 'Enter' || e.ctrlKey || e.metaKey) return;
                  e.preventDefault();
                  make();
                }}></div>`
          : nothing}
        ${problem ? html`<p class="error" role="alert" data-testid="map-problem">${problem}</p>` : nothing}
        ${map
          ? html`<figure class="map">
              <img src=${map.url} width=${picture?.width ?? 0} height=${picture?.height ?? 0} data-testid="map-image" alt="${map.by.title}: the map of the picture">
              <figcaption class="start-row">
                <button type="button" class="button small" data-testid="map-use" @click=${() => map && take(map.blob)}>Begin with it</button>
                <a class="button small quiet" data-testid="map-download" href=${map.url} download="${map.by.id}.png">${icon('download')}Download</a>
              </figcaption></figure>`
          : nothing}
      `,
      root,
    );
    drawParameters();
  }

  return (list, now) => {
    if (now?.id !== picture?.id) forget();
    if (map && !list.some((a) => a.id === map?.by.id)) forget();
    annotators = list;
    picture = now;
    if (!current()) chosen = annotators[0]?.id ?? '';
    draw();
  };
}
