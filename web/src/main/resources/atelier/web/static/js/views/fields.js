/** What is wrong with a number field, in a sentence; empty when nothing is. @param {HTMLInputElement} input */
export function complaint(input) {
  const {value, min, max, step, validity} = input;
  const words = input.dataset.words ?? 'This';
  if (validity.badInput || value === '') return `${words} must be a number.`;
  if (validity.rangeUnderflow || validity.rangeOverflow) {
    return `${words} must be between ${min} and ${max}, not ${value}.`;
  }
  // Steps below 1 are only for the arrows of the field.
  if (validity.stepMismatch && Number(step) > 1) {
    const below = Math.floor(Number(value) / Number(step)) * Number(step);
    return `${words} must be a multiple of ${step}, such as ${below} or ${below + Number(step)}.`;
  }
  if (validity.stepMismatch && Number(step) === 1) return `${words} must be a whole number.`;
  return '';
}

/**
 * Shows what is wrong with a field in its own place, instead of its help; empty takes it away.
 *
 * @param {HTMLElement} form
 * @param {string} name
 * @param {string} message
 * @returns {boolean} whether there is such a field
 */
export function setError(form, name, message) {
  const place = form.querySelector(`#${CSS.escape(name)}-error`);
  const input = form.querySelector(`[name="${CSS.escape(name)}"]`);
  if (!(place instanceof HTMLElement) || !input) return false;
  if (place.textContent !== message) place.textContent = message;
  place.hidden = !message;
  if (message) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  return true;
}

/** Makes a slider follow its number and colours the part before its thumb. @param {HTMLInputElement} range @param {number} value */
export function setRange(range, value) {
  range.value = String(value);
  const [min, max] = [Number(range.min), Number(range.max)];
  range.style.setProperty('--share', String((Number(range.value) - min) / (max - min)));
}

/** Lets a text area be as high as its text. @param {HTMLTextAreaElement} area */
export function grow(area) {
  if (CSS.supports('field-sizing', 'content')) return; // controls.css does it
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight + 2}px`;
}
