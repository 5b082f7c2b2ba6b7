/**
 * Prompts to begin with. Those for the built-in model are in the words it was taught: a figure, what
 * it wears, does and holds, and one of its scenes.
 */

/** @typedef {{label: string, prompt: string}} Example */

/** @type {Example[]} */
const STORYBOOK = [
  {label: 'Knight and rainbow', prompt: 'a photo of a knight, holding a sword, in front of a castle with a rainbow'},
  {label: 'Moon walk', prompt: 'a photo of an astronaut, waving, on the moon in space'},
  {label: 'Pirate on the beach', prompt: 'a cartoon of a pirate with a beard, wearing a red shirt, running, on a beach'},
  {label: 'Robot in the snow', prompt: 'a photo of a blue robot, with arms raised, in snowy mountains'},
  {label: 'Dancing princess', prompt: 'a photo of a princess with blonde long hair, wearing a pink dress, dancing, in a flower meadow'},
  {label: 'Night wizard', prompt: 'portrait of a wizard with a beard, wearing a purple robe, on a city street at night'},
  {label: 'Girl with a balloon', prompt: 'a photo of a girl with red curly hair, wearing a yellow dress, holding a balloon, on a beach'},
  {label: 'Desert king', prompt: 'a photo of a king, wearing blue clothes and a red cape, standing, in the desert with pyramids'},
  {label: 'Sketch in the woods', prompt: 'a pencil sketch of a man with glasses, holding a lantern, in a forest'},
];

/** @type {Example[]} */
const GENERAL = [
  {label: 'Harbour at dawn', prompt: 'a small fishing harbour at dawn, soft mist over the water, oil painting'},
  {label: 'Fox in the snow', prompt: 'a red fox standing in fresh snow, pine forest, golden hour, 85mm photograph'},
  {label: 'Reading corner', prompt: 'a cosy reading corner with plants and a large window, rain outside, watercolour'},
  {label: 'Night market', prompt: 'a lantern-lit night market in a narrow street, people with umbrellas, reflections'},
];

/** @param {string} model  its id; empty while none is chosen @returns {Example[]} */
export function examplesFor(model) {
  if (!model) return [];
  return /(^|\/)storybook$/.test(model) ? STORYBOOK : GENERAL;
}
