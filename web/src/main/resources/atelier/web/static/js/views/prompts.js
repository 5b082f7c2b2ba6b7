import {api} from '../api.js';
import {html, nothing, render} from '../lit.js';
import {inserted} from '../model/prompt.js';
import {usableCheckpoints} from './models.js';

/**
 * @typedef {import('../model/settings.js').Settings} Settings
 * @typedef {import('../types.js').PromptLength} PromptLength
 * @typedef {import('../types.js').State} State
 * @typedef {'prompt' | 'negative_prompt'} Name
 */

/** @type {Name[]} */
const NAMES = ['prompt', 'negative_prompt'];
/** Milliseconds without a key before the studio is asked for the length. */
const PAUSE = 250;

/**
 * What stands around the two prompts: how many tokens they have, and the embeddings that they may
 * name.
 *
 * @param {HTMLFormElement} form
 * @param {(change: Partial<Settings>, field: HTMLElement) => void} change
 * @returns {(settings: Settings, state: State) => void}
 */
export function createPrompts(form, change) {
  const fields = NAMES.map((name) => /** @type {HTMLTextAreaElement} */ (form.elements.namedItem(name)));
  const count = createCount(form);
  let last = fields[0];
  for (const field of fields) {
    field.addEventListener('focus', () => {
      last = field;
    });
  }

  /** @param {string} word */
  function insert(word) {
    const field = last;
    const {text, caret} = inserted(field.value, field.selectionStart, field.selectionEnd, word);
    change({[field.name]: text}, field);
    field.setSelectionRange(caret, caret);
  }

  form.addEventListener('prompt-insert', (e) => insert(/** @type {CustomEvent<string>} */ (e).detail));

  return (settings, state) => {
    count(settings, state);
    const embeddings = (state.catalog?.models ?? []).filter((m) => m.kind === 'embedding');
    render(
      embeddings.length
        ? html`<details class="embeddings" data-testid="embeddings"><summary>Embeddings <span>${embeddings.length}</span></summary>
            <div class="embedding-list">${embeddings.map(
              (e) => html`<button type="button" class="chip" data-testid="embedding" ?disabled=${!e.usable}
                title=${e.problem ?? 'Put its name into the prompt where you typed last'} @click=${() => insert(e.name)}>${e.name}</button>`,
            )}</div></details>`
        : nothing,
      /** @type {HTMLElement} */ (form.querySelector('#embeddings')),
    );
  };
}

/**
 * The token counts. They are a help: without an answer, or a model to count for, there are none.
 *
 * @param {HTMLFormElement} form
 * @returns {(settings: Settings, state: State) => void}
 */
function createCount(form) {
  /** What was asked about last. @type {unknown[]} */
  let asked = [];
  let timer = 0;

  /** @param {Record<Name, PromptLength> | null} lengths */
  function show(lengths) {
    for (const name of NAMES) {
      const place = /** @type {HTMLElement} */ (form.querySelector(`#${name}-tokens`));
      place.hidden = !lengths;
      if (!lengths) continue;
      const {tokens, room} = lengths[name];
      place.textContent = `${tokens}/${room}`;
      place.title = `${tokens} of ${room} tokens`;
    }
  }

  return ({prompt, negative_prompt, model, steps}, state) => {
    const now = [prompt, negative_prompt, model, steps, state.catalog];
    if (now.every((value, i) => value === asked[i])) return;
    asked = now;
    clearTimeout(timer);
    if (!usableCheckpoints(state).some((m) => m.id === model)) {
      show(null);
      return;
    }
    timer = setTimeout(async () => {
      const lengths = await api.promptLengths({prompt, negative_prompt, model, steps}).catch(() => null);
      if (asked === now) show(lengths);
    }, PAUSE);
  };
}
