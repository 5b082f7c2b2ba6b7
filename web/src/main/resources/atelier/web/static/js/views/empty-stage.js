import {html, nothing} from '../lit.js';
import {examplesFor} from '../model/examples.js';
import {icon} from './icons.js';

/**
 * The stage before the first picture: says what to do, and offers to do it.
 *
 * @param {string} model  id of the model chosen
 * @param {boolean} known  whether it is certain that there is nothing to show
 * @param {(prompt: string) => void} tryExample
 */
export function emptyStage(model, known, tryExample) {
  if (!known) return html`<div class="stage-inner" data-testid="stage"></div>`;
  const examples = examplesFor(model);
  return html`<div class="stage-inner empty" data-testid="stage">
    <div class="empty-art" aria-hidden="true"><span></span><span></span><span></span></div>
    <h2>Describe a picture and watch it form</h2>
    <p class="muted">Write a prompt and press Generate, or start with one of these.</p>
    ${examples.length
      ? html`<ul class="empty-examples">${examples.map(
          (e) => html`<li><button data-testid="empty-example" @click=${() => tryExample(e.prompt)}
            ><strong>${e.label}</strong><span>${e.prompt}</span>${icon('arrow-right')}</button></li>`,
        )}</ul>`
      : nothing}
  </div>`;
}
