import {Problem} from '../api.js';

/**
 * The place under a field where it is said what is wrong with what was typed there.
 *
 * @param {HTMLInputElement} field
 * @param {HTMLElement} place
 */
export function createFieldError(field, place) {
  /** @param {string} sentence  empty when nothing is wrong */
  function complain(sentence) {
    place.textContent = sentence;
    place.hidden = !sentence;
    field.setAttribute('aria-invalid', String(Boolean(sentence)));
    if (sentence) field.focus();
  }

  field.addEventListener('input', () => complain(''));
  return {
    complain,

    /** @param {() => Promise<unknown>} action  whose failure is told there */
    async trying(action) {
      complain('');
      try {
        await action();
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        complain(problem.message);
      }
    },
  };
}
