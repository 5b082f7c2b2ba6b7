/**
 * A question that is asked again whenever its answer may have changed: only the answer to the last
 * one counts, whichever comes last.
 *
 * @template T
 * @template {unknown[]} W
 * @param {(...what: W) => Promise<T>} ask
 * @returns {(...what: W) => Promise<T | undefined>} undefined when there is no answer, or a later one is to come
 */
export function latest(ask) {
  let asked = 0;
  return async (...what) => {
    const turn = ++asked;
    try {
      const answer = await ask(...what);
      return turn === asked ? answer : undefined;
    } catch {
      // Not reachable: the socket notices too, and its next hello asks again.
      return undefined;
    }
  };
}
