/**
 * A question that is asked again whenever its answer may have changed: only the answer to the last
 * one counts, whichever comes last.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {() => Promise<T | undefined>} undefined when there is no answer, or a later one is to come
 */
export function latest(ask) {
  let asked = 0;
  return async () => {
    const turn = ++asked;
    try {
      const answer = await ask();
      return turn === asked ? answer : undefined;
    } catch {
      // Not reachable: the socket notices too, and its next hello asks again.
      return undefined;
    }
  };
}
