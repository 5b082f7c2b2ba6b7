/** Proportions of the place that a batch is shown in, width : height. */
const PLACE = 1.2;
/** How much one empty cell weighs against better proportions. */
const HOLE = 0.2;

/**
 * The columns of a batch's grid: those whose whole comes nearest to the place's proportions, so that
 * each picture is as large as it can be.
 *
 * @param {number} count  pictures
 * @param {number} aspect  width of a picture over its height
 */
export function columnsFor(count, aspect) {
  let best = {columns: 1, cost: Infinity};
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cost = Math.abs(Math.log((columns * aspect) / rows / PLACE)) + HOLE * (columns * rows - count);
    if (cost < best.cost) best = {columns, cost};
  }
  return best.columns;
}
