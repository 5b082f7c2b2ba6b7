/**
 * A prompt with a word more, in the place of what is selected, set off by commas.
 *
 * @param {string} prompt
 * @param {number} from  where the selection begins
 * @param {number} to  where it ends
 * @param {string} word
 * @returns {{text: string, caret: number}}
 */
export function inserted(prompt, from, to, word) {
  const before = prompt.slice(0, from).trimEnd();
  const after = prompt.slice(to).trimStart();
  const left = !before ? '' : /[,(\[{|:]$/.test(before) ? `${before} ` : `${before}, `;
  const right = !after ? '' : /^[,)\]}|:]/.test(after) ? after : `, ${after}`;
  return {text: left + word + right, caret: left.length + word.length};
}
