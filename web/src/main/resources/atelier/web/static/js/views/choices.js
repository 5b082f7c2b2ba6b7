import {html, nothing, render} from '../lit.js';
import {examplesFor} from '../model/examples.js';
import {ASPECTS, presetSize} from '../model/sizes.js';

/**
 * The presets of the size, each drawn in its own proportions.
 *
 * @param {HTMLElement} root
 * @param {number} trained  side of the squares that the model was trained on
 * @param {{width: number, height: number}} current
 * @param {(size: {width: number, height: number}) => void} choose
 */
export function aspects(root, trained, current, choose) {
  const LONGER = 18;
  const button = (/** @type {typeof ASPECTS[number]} */ aspect) => {
    const size = presetSize(aspect, trained);
    const chosen = size.width === current.width && size.height === current.height;
    const scale = LONGER / Math.max(aspect.w, aspect.h);
    const words = `${aspect.name}, ${size.width} × ${size.height} pixels`;
    return html`<button type="button" class="aspect" aria-pressed=${chosen ? 'true' : 'false'} aria-label=${words} title=${words}
      data-testid="aspect-${aspect.name}" @click=${() => choose(size)}
      ><span class="aspect-box"><span .style=${`width:${aspect.w * scale}px;height:${aspect.h * scale}px`}></span></span>${aspect.name}</button>`;
  };
  render(ASPECTS.map(button), root);
}

/**
 * @param {HTMLSelectElement} select
 * @param {string[]} names
 * @param {string} chosen
 */
export function options(select, names, chosen) {
  const all = names.includes(chosen) ? names : [chosen, ...names];
  render(all.map((name) => html`<option value=${name}>${name}</option>`), select);
  select.value = chosen;
}

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
