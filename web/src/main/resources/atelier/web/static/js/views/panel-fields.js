import {html, nothing, render} from '../lit.js';
import {complaint, setRange} from './fields.js';

/**
 * @typedef {import('../types.js').Property} Property
 * @typedef {import('../types.js').Schema} Schema
 */

/**
 * Draws the fields of a schema.
 *
 * @param {HTMLElement} root
 * @param {string} id  the plugin's, to keep the fields' ids apart
 * @param {Schema} schema
 */
export function drawFields(root, id, schema) {
  render(
    Object.entries(schema.properties ?? {}).map(([name, property]) => field(`plugin-${id}-${name}`, name, property)),
    root,
  );
}

/** @param {string} id @param {string} name @param {Property} property */
function field(id, name, property) {
  // A module's business: there is no one field for them.
  if (property.type === 'array' || property.type === 'object') return nothing;
  const label = property.title ?? name;
  const help = property.description ? html`<p class="help" id="${id}-help">${property.description}</p>` : nothing;
  if (property.type === 'boolean') {
    return html`<div class="field"><label class="check"><input type="checkbox" data-parameter=${name}> ${label}</label>${help}</div>`;
  }
  if (property.enum) {
    return html`<div class="field"><label for=${id}>${label}</label>
      <select id=${id} data-parameter=${name}>${property.enum.map((choice) => html`<option>${choice}</option>`)}</select>${help}</div>`;
  }
  if (property.type === 'string') {
    return html`<div class="field"><label for=${id}>${label}</label>
      <input type="text" id=${id} data-parameter=${name} maxlength=${property.maxLength ?? 1000} autocomplete="off">${help}</div>`;
  }
  const {minimum: min, maximum: max} = property;
  const step = property.type === 'integer' ? 1 : (property.multipleOf ?? 'any');
  const rangeStep = step === 'any' ? (Number(max) - Number(min)) / 100 : step;
  return html`<div class="field">
    <div class="field-head"><label for=${id}>${label}</label>
      <input class="number" type="number" id=${id} data-parameter=${name} data-words=${label} inputmode="decimal"
        min=${min ?? nothing} max=${max ?? nothing} step=${step}></div>
    ${min !== undefined && max !== undefined
      ? html`<input class="range" type="range" data-parameter=${name} aria-label="${label}, slider" min=${min} max=${max} step=${rangeStep}>`
      : nothing}${help}<p class="error" data-error=${name} role="alert" hidden></p></div>`;
}

/** The fields of a parameter, or of all. @param {HTMLElement} root @param {string} [name] @returns {HTMLInputElement[]} */
function fieldsOf(root, name) {
  return [...root.querySelectorAll(name === undefined ? '[data-parameter]' : `[data-parameter="${CSS.escape(name)}"]`)].map(
    (each) => /** @type {HTMLInputElement} */ (each),
  );
}

/**
 * Writes values into the fields, but for the one that is being typed in.
 *
 * @param {HTMLElement} root
 * @param {Record<string, unknown>} values
 * @param {Element} [except]
 */
export function showValues(root, values, except) {
  for (const field of fieldsOf(root)) {
    const value = values[field.dataset.parameter ?? ''];
    if (value === undefined) continue;
    if (field.type === 'range') setRange(field, Number(value));
    else if (field === except) continue;
    else if (field.type === 'checkbox') field.checked = Boolean(value);
    else field.value = String(value);
  }
}

/** What a field holds, as its schema has it. @param {HTMLInputElement} field @param {Property} [property] */
function valueOf(field, property) {
  if (field.type === 'checkbox') return field.checked;
  return property?.type === 'number' || property?.type === 'integer' ? Number(field.value) : field.value;
}

/**
 * What was typed into a field.
 *
 * @param {HTMLElement} root
 * @param {Schema} schema
 * @param {HTMLInputElement} field
 * @returns {Record<string, unknown> | undefined} its parameter's value; none while something is wrong, which is said
 */
export function typedValue(root, schema, field) {
  const name = field.dataset.parameter;
  return name && !checkField(root, field) ? {[name]: valueOf(field, schema.properties?.[name])} : undefined;
}

/** Says what is wrong with a number. @param {HTMLElement} root @param {HTMLInputElement} field @returns {boolean} whether something is */
function checkField(root, field) {
  const message = field.type === 'number' ? complaint(field) : '';
  const place = root.querySelector(`[data-error="${CSS.escape(field.dataset.parameter ?? '')}"]`);
  if (place instanceof HTMLElement) {
    place.textContent = message;
    place.hidden = !message;
  }
  if (message) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  return message !== '';
}

/** The first field with something wrong. @param {HTMLElement} root */
export const firstInvalid = (root) => fieldsOf(root).find((field) => checkField(root, field));
