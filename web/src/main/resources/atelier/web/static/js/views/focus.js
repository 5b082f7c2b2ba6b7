/**
 * Draws a part of the page. A focus that goes with what the drawing takes away would be at the page's
 * beginning: it goes to what has come in its place. One that is elsewhere stays there.
 *
 * @param {HTMLElement} root
 * @param {() => void} draw
 * @param {(rows: string[]) => HTMLElement | null | undefined} successor  told the `data-id` of the row
 *     that had the focus, if it was in one, and of the others, the nearest ones first
 */
export function keepFocus(root, draw, successor) {
  const focused = document.activeElement;
  if (!focused || focused === root || !root.contains(focused)) return draw();
  const rows = rowsFrom(root, focused);
  draw();
  // The page stays where it is: nobody asked to go anywhere.
  if (!root.contains(document.activeElement)) successor(rows)?.focus({preventScroll: true});
}

/** @param {HTMLElement} root @param {Element} focused */
function rowsFrom(root, focused) {
  const all = [...root.querySelectorAll('li[data-id]')];
  const at = all.findIndex((row) => row.contains(focused));
  if (at < 0) return [];
  return [all[at], ...all.slice(at + 1), ...all.slice(0, at).reverse()].map((row) => row.getAttribute('data-id') ?? '');
}
