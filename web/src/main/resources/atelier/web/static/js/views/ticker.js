/** How often clocks move while something runs, in milliseconds. */
const TICK = 200;

/**
 * Lets clocks on the page move between events.
 *
 * @param {() => void} draw
 * @returns {(running: boolean) => void} to be told after each drawing whether something runs
 */
export function createTicker(draw) {
  let ticking = 0;
  return (running) => {
    if (running && !ticking) ticking = setInterval(draw, TICK);
    if (!running && ticking) {
      clearInterval(ticking);
      ticking = 0;
    }
  };
}
