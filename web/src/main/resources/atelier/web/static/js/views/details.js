import {html, nothing} from '../lit.js';
import {date, decimal, fraction, size} from '../model/format.js';
import {icon} from './icons.js';
import {samplerName} from './sampler.js';
import {inputUrl} from './start.js';

/**
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').ImageRequest} ImageRequest
 * @typedef {import('../studio.js').Studio} Studio
 */

/**
 * The settings under the stage: those of a finished picture, or those that a job works with.
 *
 * @param {ImageRequest} request
 * @param {Image | undefined} image
 * @param {Studio} studio
 */
export function details(request, image, studio) {
  const seed = image ? image.seed : request.seed;
  return html`<dl class="details" data-testid=${image ? 'detail' : 'job-settings'}>
    ${entry('Prompt', request.prompt || '—', 'wide')}
    ${request.negative_prompt ? entry('Negative prompt', request.negative_prompt, 'wide') : nothing}
    ${entry('Model', request.model)} ${entry('Sampler', samplerName(request))}
    ${entry('Steps', request.steps)} ${entry('Guidance', guidance(request))}
    ${entry('Seed', html`<span data-testid="detail-seed">${seed}</span>${image ? seedTools(image, studio) : nothing}`, 'seed')}
    ${entry('Size', `${image?.width ?? request.width} × ${image?.height ?? request.height}`)}
    ${otherVae(request, image)} ${request.clip_skip > 1 ? entry('Clip skip', request.clip_skip) : nothing}
    ${request.start ? entry('Begun with', begunWith(request.start)) : nothing}
    ${request.hires ? entry('Hires fix', `${request.hires.upscaler}, strength ${fraction(request.hires.strength)}`) : nothing}
    ${request.variation ? entry('Variation', `${fraction(request.variation.strength)} of seed ${request.variation.seed}`) : nothing}
    ${request.seed_resize ? entry('Seed resized from', `${request.seed_resize.width} × ${request.seed_resize.height}`) : nothing}
    ${image
      ? html`${entry('Made', html`<time datetime=${image.created_at}>${date(image.created_at)}</time>`)} ${entry('File', size(image.bytes))}`
      : entry('Pictures', request.batch_size)}
  </dl>`;
}

/**
 * Which VAE was used where it was not the model's own: what the picture says, or the one asked for.
 *
 * @param {ImageRequest} request
 * @param {Image | undefined} image
 */
function otherVae({vae}, image) {
  const used = image ? image.parameters.match(/, VAE: ([^,]+)/)?.[1] : !['Automatic', 'None'].includes(vae) && vae;
  return used ? entry('VAE', used) : nothing;
}

/** @param {ImageRequest} request */
const guidance = ({guidance_scale: scale, guidance_rescale: rescale}) =>
  rescale > 0 ? `${decimal(scale)}, rescaled by ${decimal(rescale)}` : decimal(scale);

/** @param {import('../types.js').Start} start */
const begunWith = ({picture, strength, mask}) =>
  html`<img class="begun-with" src=${inputUrl(picture)} alt="" loading="lazy"><span data-testid="detail-start"
    >${mask ? (mask.only_masked ? 'only its masked part' : 'its masked part') : 'a picture'}, strength ${fraction(strength)}</span>`;

/** @param {string} term @param {unknown} value @param {string} [kind] */
const entry = (term, value, kind = '') => html`<div class="entry ${kind}"><dt>${term}</dt><dd>${value}</dd></div>`;

/** @param {Image} image @param {Studio} studio */
function seedTools(image, studio) {
  return html`<button class="mini-button" data-testid="copy-seed" aria-label="Copy the seed" title="Copy the seed"
      @click=${(/** @type {Event} */ e) => copy(e, image.seed)}>${icon('copy')}</button
    ><button class="mini-button" data-testid="next-seed" aria-label="+1: draw this again with the next seed"
      title="Draw this again with the next seed" @click=${() => studio.nextSeed(image)}>+1</button>`;
}

/** @param {Event} event @param {number} seed */
async function copy(event, seed) {
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  try {
    await navigator.clipboard.writeText(String(seed));
  } catch {
    return; // Not allowed, or not a secure origin: the number can still be selected.
  }
  button.classList.add('copied');
  setTimeout(() => button.classList.remove('copied'), 1200);
}
