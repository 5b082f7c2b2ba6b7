import {ASPECTS, presetSize} from '../model/sizes.js';
import {html, render} from '../lit.js';

/** @typedef {{width: number, height: number}} Size */

/** Longer side of an aspect's little picture, in pixels. */
const BOX = 18;

/**
 * The size: presets drawn in their own proportions, and a button that turns it on its side.
 *
 * @param {HTMLFormElement} form
 * @param {(size: Size) => void} change
 */
export function createSize(form, change) {
  const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (form.querySelector(`#${id}`));
  /** @type {Size} */
  let current = {width: 0, height: 0};
  part('swap-size').addEventListener('click', () => change({width: current.height, height: current.width}));

  /** @param {typeof ASPECTS[number]} aspect @param {number} trained */
  function preset(aspect, trained) {
    const size = presetSize(aspect, trained);
    const chosen = size.width === current.width && size.height === current.height;
    const scale = BOX / Math.max(aspect.w, aspect.h);
    const words = `${aspect.name}, ${size.width} × ${size.height} pixels`;
    return html`<button type="button" class="aspect" aria-pressed=${chosen ? 'true' : 'false'} aria-label=${words} title=${words}
      data-testid="aspect-${aspect.name}" @click=${() => change(size)}
      ><span class="aspect-box"><span .style=${`width:${aspect.w * scale}px;height:${aspect.h * scale}px`}></span></span>${aspect.name}</button>`;
  }

  return {
    /**
     * @param {Size} size
     * @param {number} trained  side of the squares that the model was trained on
     */
    show(size, trained) {
      current = {width: size.width, height: size.height};
      part('size-trained').textContent = `${trained} × ${trained}`;
      render(ASPECTS.map((a) => preset(a, trained)), part('aspects'));
    },
  };
}
