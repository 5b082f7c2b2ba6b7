import {subjectOf} from '../model/jobs.js';
import {PanelCard} from './panel-card.js';

/**
 * @typedef {import('../types.js').Panel} Panel
 * @typedef {import('../types.js').Plugin} Plugin
 * @typedef {import('../types.js').State} State
 */

/** The panels of the plugins that run, among the settings of the next picture. */
export class Panels {
  #root;
  /** The picture on the stage. @type {import('../types.js').Image | null} */
  #picture = null;
  #plugins;
  /** @type {Map<string, {key: string, card: PanelCard}>} by plugin */
  #cards = new Map();

  /**
   * @param {HTMLElement} root
   * @param {import('../plugins.js').Plugins} plugins
   */
  constructor(root, plugins) {
    this.#root = root;
    this.#plugins = plugins;
  }

  /** Brings the cards into line with the plugins; one whose plugin stays is not touched. @param {State} state */
  render(state) {
    const {plugins} = state;
    const subject = subjectOf(state);
    this.#picture = subject.kind === 'image' ? subject.image : null;
    if (!plugins) return; // Not known yet.
    const wanted = plugins.flatMap((plugin) =>
      plugin.panels.filter(({place}) => place === 'generate').map((panel) => ({plugin, panel, key: keyOf(plugin, panel)})),
    );
    for (const [id, {key, card}] of this.#cards) {
      if (wanted.some((w) => w.plugin.id === id && w.key === key)) continue;
      card.close();
      this.#cards.delete(id);
    }
    wanted.forEach(({plugin, panel, key}, i) => {
      if (this.#cards.has(plugin.id)) return;
      const card = new PanelCard(plugin, panel, this.#plugins, () => this.#picture);
      this.#cards.set(plugin.id, {key, card});
      const next = wanted.slice(i + 1).map((w) => this.#cards.get(w.plugin.id)?.card.element).find(Boolean);
      this.#root.insertBefore(card.element, next ?? null);
      card.shown();
    });
  }

  /** What a request says to plugins. @returns {Record<string, Record<string, unknown>>} */
  get request() {
    return Object.fromEntries([...this.#cards].flatMap(([id, {card}]) => (card.request ? [[id, card.request]] : [])));
  }

  /** A field with something wrong. @returns {HTMLElement | undefined} */
  check() {
    for (const {card} of this.#cards.values()) {
      const wrong = card.check();
      if (wrong) return wrong;
    }
    return undefined;
  }

  /** As a picture had them. @param {Record<string, Record<string, unknown>>} values */
  use(values) {
    for (const [id, {card}] of this.#cards) card.use(values[id]);
  }
}

/** Another key is another panel: each start of a plugin has its own address of files. @param {Plugin} plugin @param {Panel} panel */
const keyOf = ({version}, panel) => JSON.stringify([version, panel]);
