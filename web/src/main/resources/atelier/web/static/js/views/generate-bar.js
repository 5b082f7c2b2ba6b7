import {isActive, liveJob, progressNow} from '../model/jobs.js';

/** @typedef {import('../types.js').State} State */

/**
 * The bar with Generate and Cancel. While work is under way Generate adds to the queue.
 *
 * @param {HTMLFormElement} form
 * @param {import('../studio.js').Studio} studio
 */
export function createGenerateBar(form, studio) {
  const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (form.querySelector(`#${id}`));
  const cancel = /** @type {HTMLButtonElement} */ (part('cancel'));
  cancel.addEventListener('click', () => {
    const job = studio.cancellable();
    if (job) studio.cancel(job.id);
  });
  cancel.addEventListener('blur', offerCancel);

  /** Cancel keeps the focus when its job ends: a button that is disabled loses it. */
  function offerCancel() {
    const idle = !studio.cancellable();
    cancel.setAttribute('aria-disabled', String(idle));
    cancel.disabled = idle && document.activeElement !== cancel;
  }

  if (/Mac|iPhone|iPad/.test(navigator.platform)) part('generate-key').textContent = '⌘ ↵';

  return {
    /** @param {State} state */
    render({jobs, liveId}) {
      const live = liveJob(jobs, liveId);
      const working = live && isActive(live);
      part('generate-label').textContent = working ? 'Add to queue' : 'Generate';
      offerCancel();
      const bar = part('bar-progress');
      bar.classList.toggle('on', Boolean(working));
      bar.style.setProperty('--share', String(working ? progressNow(live).done : 0));
    },

    /** Tells what keeps the whole request from the queue; empty takes it back. @param {string} message */
    problem(message) {
      const place = part('form-problem');
      place.textContent = message;
      place.hidden = !message;
    },
  };
}
