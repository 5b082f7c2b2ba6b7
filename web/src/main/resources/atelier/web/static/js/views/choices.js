import {html, nothing, render} from '../lit.js';
import {examplesFor} from '../model/examples.js';

/**
 * Example prompts for the model, one click each.
 *
 * @param {HTMLElement} root
 * @param {string} model
 * @param {string} prompt  the one in the form
 * @param {(prompt: string) => void} choose
 */
export function exampleChips(root, model, prompt, choose) {
  const examples = examplesFor(model);
  render(
    examples.length
      ? html`<div class="chips" role="group" aria-label="Example prompts" data-testid="examples">${examples.map(
          (e) => html`<button type="button" class="chip" data-testid="example" title=${e.prompt} aria-pressed=${e.prompt === prompt ? 'true' : 'false'}
            @click=${() => choose(e.prompt)}>${e.label}</button>`,
        )}</div>`
      : nothing,
    root,
  );
}
