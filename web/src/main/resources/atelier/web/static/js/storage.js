/**
 * Small values kept by the browser. A browser may refuse storage altogether; then a value lives as
 * long as the page that holds it, and nothing breaks.
 *
 * @param {() => Storage} area  asked each time, for the mere mention of it may throw
 */
const keeper = (area) => ({
  /** @param {string} key @returns {any} null when there is none */
  read(key) {
    try {
      return JSON.parse(area().getItem(key) ?? 'null');
    } catch {
      return null;
    }
  },

  /** @param {string} key @param {unknown} value */
  write(key, value) {
    try {
      area().setItem(key, JSON.stringify(value));
    } catch {
      // Refused or full.
    }
  },
});

/** Kept for good. */
export const forGood = keeper(() => localStorage);

/** Kept for this tab, reloads included. */
export const forTab = keeper(() => sessionStorage);
