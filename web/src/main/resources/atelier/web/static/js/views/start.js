import {sendPicture} from '../inputs.js';
import {createMask} from './mask.js';
import {setRange} from './fields.js';

/**
 * @typedef {import('../model/settings.js').Settings} Settings
 * @typedef {import('../types.js').InputPicture} InputPicture
 */

/** @param {InputPicture} picture */
export const inputUrl = (picture) => `/api/v1/inputs/${picture.id}/file`;

/**
 * What the picture begins with: text alone, or a picture that was dropped, pasted, chosen or taken
 * from the stage, and a mask on it.
 *
 * @param {HTMLFormElement} form
 * @param {(change: Partial<Settings>) => void} change
 * @param {(picture: InputPicture) => void} fit  makes the size that of a new picture
 */
export function createStart(form, change, fit) {
  const part = (/** @type {string} */ id) => /** @type {any} */ (form.querySelector(`#${id}`));
  const image = /** @type {HTMLImageElement} */ (part('start-image'));
  /** @type {Settings} */
  let settings;
  /** Id of the picture shown, and of the mask on it. */
  let shown = '';
  let shownMask = '';
  let changed = false;
  let erasing = false;

  const mask = createMask(part('mask-canvas'), {
    size: () => Number(part('mask-size').value),
    resize: (by) => {
      setRange(part('mask-size'), Number(part('mask-size').value) + by);
    },
    erasing: () => erasing,
    toggleEraser: () => erase(!erasing),
    changed: () => {
      changed = true;
      problem('mask', '');
    },
  });
  setRange(part('mask-size'), 40);

  /** @param {boolean} on */
  function erase(on) {
    erasing = on;
    part('mask-erase').setAttribute('aria-pressed', String(on));
  }

  /** @param {string} field @param {string} message */
  function problem(field, message) {
    part(`${field}-error`).textContent = message;
    part(`${field}-error`).hidden = !message;
  }

  /** Takes in a picture that the user gave. @param {Blob} file */
  async function take(file) {
    problem('start_picture', '');
    change({start_mode: 'picture'});
    part('start-busy').hidden = false;
    try {
      const picture = await sendPicture(file);
      change({start_picture: picture, mask_picture: null, mask_on: false, mask_inverted: false});
      fit(picture);
    } catch (fault) {
      problem('start_picture', /** @type {Error} */ (fault).message);
    } finally {
      part('start-busy').hidden = true;
    }
  }

  /** A picture of the studio's own, by its address. @param {string} url */
  async function takeFrom(url) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) await take(await response.blob());
    else {
      change({start_mode: 'picture'});
      problem('start_picture', 'This picture cannot be read any more.');
    }
  }

  const choose = () => part('start-file').click();
  part('start-text').addEventListener('click', () => change({start_mode: 'text'}));
  part('start-picture').addEventListener('click', () => change({start_mode: 'picture'}));
  part('start-choose').addEventListener('click', choose);
  part('start-replace').addEventListener('click', choose);
  part('start-remove').addEventListener('click', () => change({start_picture: null, mask_picture: null, mask_on: false}));
  part('start-file').addEventListener('change', () => {
    const [file] = part('start-file').files;
    part('start-file').value = '';
    if (file) take(file);
  });
  part('mask-toggle').addEventListener('click', () => change({mask_on: !settings.mask_on}));
  part('mask-erase').addEventListener('click', () => erase(!erasing));
  part('mask-undo').addEventListener('click', mask.undo);
  part('mask-invert').addEventListener('click', mask.invert);
  part('mask-clear').addEventListener('click', mask.clear);
  part('mask-size').addEventListener('input', () => setRange(part('mask-size'), Number(part('mask-size').value)));

  document.addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((f) => f.type.startsWith('image/'));
    // What was copied from a text program is its text.
    if (!file || event.clipboardData?.types.includes('text/plain')) return;
    event.preventDefault();
    take(file);
  });
  document.addEventListener('dragover', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    part('start-drop').classList.add('over');
    if (settings.start_mode === 'text') change({start_mode: 'picture'});
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) part('start-drop').classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    part('start-drop').classList.remove('over');
    if (!carries(event)) return;
    event.preventDefault();
    const file = [...(event.dataTransfer?.files ?? [])].find((f) => f.type.startsWith('image/'));
    if (file) take(file);
    else problem('start_picture', 'This file is no picture that the browser can read.');
  });

  /** @param {DragEvent} event */
  const carries = (event) => event.dataTransfer?.types.includes('Files') ?? false;

  function showPicture() {
    const picture = settings.start_picture;
    part('start-empty').hidden = Boolean(picture);
    part('start-shown').hidden = !picture;
    part('start-tools').hidden = !picture;
    if (!picture || picture.id === shown) return;
    image.width = picture.width;
    image.height = picture.height;
    image.src = inputUrl(picture);
    mask.reset(picture);
    changed = false;
    shownMask = '';
  }

  /** A mask that came with reused settings, or from before the page was loaded again. */
  async function showMask() {
    const sent = settings.mask_picture;
    if (!sent || sent.id === shownMask) return;
    shownMask = sent.id;
    try {
      const response = await fetch(inputUrl(sent));
      const bitmap = await createImageBitmap(await response.blob());
      if (settings.mask_picture?.id !== sent.id || !settings.start_picture) return;
      mask.reset(settings.start_picture);
      mask.show(bitmap);
      changed = false;
    } catch {
      problem('mask', 'The mask cannot be read any more; paint it again.');
    }
  }

  image.addEventListener('error', () => problem('start_picture', 'This picture is no longer kept; choose it again.'));

  return {
    take,
    takeFrom,

    /** @param {Settings} now */
    show(now) {
      settings = now;
      const fromPicture = now.start_mode === 'picture';
      part('start-text').setAttribute('aria-pressed', String(!fromPicture));
      part('start-picture').setAttribute('aria-pressed', String(fromPicture));
      part('start-panel').hidden = !fromPicture;
      part('hires').hidden = fromPicture;
      part('hires-settings').hidden = !now.hires_upscaler;
      showPicture();
      shown = now.start_picture?.id ?? '';
      part('mask-tools').hidden = !now.mask_on;
      part('mask-canvas').hidden = !now.mask_on;
      part('mask-toggle').setAttribute('aria-pressed', String(now.mask_on));
      showMask();
    },

    /**
     * Sends the mask where it was changed, and says what is missing.
     *
     * @returns {Promise<boolean>} whether the picture can be made
     */
    async ready() {
      if (settings.start_mode === 'text') return true;
      if (!settings.start_picture) {
        problem('start_picture', 'Choose a picture to begin with, or begin from text.');
        part('start-choose').focus();
        return false;
      }
      if (!settings.mask_on) return true;
      if (mask.empty) {
        problem('mask', 'The mask is empty; paint over what should be made anew, or switch it off.');
        part('mask-canvas').focus();
        return false;
      }
      if (changed || !settings.mask_picture) {
        const picture = await sendPicture(await mask.blob());
        shownMask = picture.id;
        changed = false;
        change({mask_picture: picture});
      }
      return true;
    },
  };
}
