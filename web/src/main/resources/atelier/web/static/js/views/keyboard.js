/** @typedef {import('../studio.js').Studio} Studio */

const STEPS = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1};

/**
 * The page's keys: Ctrl or Cmd with Enter generates from anywhere; with the focus on the stage or in
 * the history, arrows go through the pictures and Escape cancels the work shown.
 *
 * @param {Studio} studio
 * @param {() => void} generate
 */
export function listenToKeys(studio, generate) {
  document.addEventListener('keydown', (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      generate();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest('form, summary')) return;
    if (event.key === 'Escape' && target.closest('.stage')) {
      escape(studio);
    } else if (event.key in STEPS && target.closest('.stage, .side, body')) {
      const inHistory = target.closest('.history');
      const image = studio.step(STEPS[/** @type {keyof typeof STEPS} */ (event.key)]);
      if (!image) return;
      event.preventDefault();
      // The focus goes along, at once: a key pressed right after is meant for the picture shown.
      if (inHistory) /** @type {HTMLElement | null} */ (document.querySelector(`.thumb[data-id="${CSS.escape(image.id)}"]`))?.focus();
    } else if (event.key.toLowerCase() === 'f' && target.closest('.stage')) {
      /** @type {HTMLElement | null} */ (document.querySelector('[data-testid=fullscreen]'))?.click();
    }
  });
}

/** @param {Studio} studio */
function escape(studio) {
  if (studio.state.deleting) {
    studio.askDelete(null);
    return;
  }
  const job = studio.cancellable();
  if (job) studio.cancel(job.id);
}
