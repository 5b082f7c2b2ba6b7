/** Aspects offered as presets, width : height. */
export const ASPECTS = [
  {name: '2:3', w: 2, h: 3},
  {name: '3:4', w: 3, h: 4},
  {name: '1:1', w: 1, h: 1},
  {name: '4:3', w: 4, h: 3},
  {name: '3:2', w: 3, h: 2},
  {name: '16:9', w: 16, h: 9},
];

/**
 * The size of an aspect for a model: the shorter side is the model's own, the longer one is rounded
 * to an eighth of it, which keeps every level of the network whole.
 *
 * @param {{w: number, h: number}} aspect
 * @param {number} trained  side of the squares that the model was trained on, in pixels
 * @returns {{width: number, height: number}}
 */
export function presetSize({w, h}, trained) {
  const block = Math.max(8, trained / 8);
  const longer = Math.round((trained * Math.max(w, h)) / Math.min(w, h) / block) * block;
  return w < h ? {width: trained, height: longer} : {width: longer, height: trained};
}

/**
 * The same preset for another model; a size that is no preset stays as it is.
 *
 * @param {{width: number, height: number}} size
 * @param {number} from  what the old model was trained on
 * @param {number} to  what the new one was trained on
 * @returns {{width: number, height: number}}
 */
export function presetFor({width, height}, from, to) {
  const aspect = ASPECTS.find((a) => {
    const preset = presetSize(a, from);
    return preset.width === width && preset.height === height;
  });
  return aspect ? presetSize(aspect, to) : {width, height};
}
