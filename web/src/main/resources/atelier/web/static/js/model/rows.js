/**
 * Rows of a list that the studio tells of in its events and in its answers: the answer to a request
 * can come behind the event that tells of a later state.
 *
 * @typedef {{id: string}} Row
 *
 * @typedef {object} CountedRow  one whose changes the studio counts
 * @property {string} id
 * @property {number} revision  the higher, the newer; progress apart
 * @property {{elapsed_seconds?: number} | null} progress
 */

/** Ids tell the order in which they were made. @param {Row} a @param {Row} b */
export const oldestFirst = (a, b) => (a.id < b.id ? -1 : 1);

/** @param {Row} a @param {Row} b */
export const newestFirst = (a, b) => oldestFirst(b, a);

/**
 * The rows with one in the place of what was known of it.
 *
 * @template {Row} T
 * @param {T[]} rows
 * @param {T} row
 * @param {(a: T, b: T) => number} order
 */
export const withRow = (rows, row, order) => [...rows.filter(({id}) => id !== row.id), row].sort(order);

/**
 * The newer of what is known of a row and what is heard of it. Progress does not count as a change:
 * of the same revision, that which has gone on for longer is the newer, and none is the oldest.
 *
 * @template {CountedRow} T
 * @param {T | undefined} known
 * @param {T} heard
 */
export function newer(known, heard) {
  if (!known) return heard;
  const ahead = known.revision - heard.revision || elapsed(known) - elapsed(heard);
  return ahead > 0 ? known : heard;
}

/** @param {CountedRow} row */
const elapsed = ({progress}) => (progress ? (progress.elapsed_seconds ?? 0) : -1);
