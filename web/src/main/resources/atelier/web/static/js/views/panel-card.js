import {html, nothing, render} from '../lit.js';
import {fitted, remember, remembered} from '../model/parameters.js';
import {icon} from './icons.js';
import {drawFields, firstInvalid, showValues, typedValue} from './panel-fields.js';

/**
 * @typedef {import('../types.js').Panel} Panel
 * @typedef {import('../types.js').Plugin} Plugin
 */

/** A plugin's panel: a heading with a switch, and under it, folded or not, what the plugin shows. */
export class PanelCard {
  /** @type {HTMLElement} */
  element = document.createElement('section');
  #id;
  #panel;
  #picture;
  #setting;
  #head = document.createElement('div');
  #body = document.createElement('div');
  /** @type {Set<(values: Record<string, unknown>) => void>} */
  #listeners = new Set();
  /** @type {(() => void)[]} */
  #ends = [];
  #closed = false;

  /**
   * @param {Plugin} plugin
   * @param {Panel} panel
   * @param {import('../plugins.js').Plugins} plugins
   * @param {() => import('../types.js').Image | null} picture  the one on the stage
   */
  constructor(plugin, panel, plugins, picture) {
    this.#picture = picture;
    this.#id = plugin.id;
    this.#panel = panel;
    const saved = remembered(plugin.id);
    this.#setting = {...saved, values: fitted(panel.schema, saved.values)};
    this.element.className = 'card';
    this.element.dataset.testid = 'panel';
    this.element.dataset.plugin = plugin.id;
    this.element.dataset.version = plugin.version;
    this.element.setAttribute('aria-label', panel.title);
    this.#head.className = 'card-head';
    this.#body.className = 'card-body';
    this.#body.id = `panel-${plugin.id}`;
    this.element.append(this.#head, this.#body);
    this.#fill();
    // The form around it has fields of its own, of the same names perhaps.
    this.#body.addEventListener('input', (e) => {
      e.stopPropagation();
      this.#typed(/** @type {HTMLInputElement} */ (e.target));
    });
    this.#draw();
    if (panel.module) this.#mount(panel.module, plugins);
  }

  /** What a request says to the plugin; undefined when it is switched off. */
  get request() {
    return this.#setting.on ? this.#setting.values : undefined;
  }

  /** The field that is wrong, made visible. @returns {HTMLElement | undefined} */
  check() {
    const wrong = this.#setting.on ? firstInvalid(this.#body) : undefined;
    if (wrong) this.#set({open: true});
    return wrong;
  }

  /** As a picture had it: with these values, or off. @param {Record<string, unknown> | undefined} values */
  use(values) {
    this.#set(values ? {on: true, values: fitted(this.#panel.schema, values)} : {on: false});
  }

  /** Ends what its module began. */
  close() {
    this.#closed = true;
    for (const end of this.#ends.splice(0)) end();
    this.element.remove();
  }

  #fill() {
    if (this.#panel.html === null) {
      drawFields(this.#body, this.#id, this.#panel.schema);
    } else {
      this.#body.innerHTML = this.#panel.html;
      for (const field of this.#body.querySelectorAll('[name]')) {
        /** @type {HTMLElement} */ (field).dataset.parameter = field.getAttribute('name') ?? '';
        field.removeAttribute('name');
      }
    }
    if (!this.#body.childElementCount) this.element.classList.add('bare');
  }

  #draw() {
    const {on, open} = this.#setting;
    const {title} = this.#panel;
    const bare = this.element.classList.contains('bare');
    render(
      html`
        <label class="switch"><input type="checkbox" role="switch" data-testid="panel-switch" .checked=${on} aria-label="Use ${title}"
          @change=${() => this.#set({on: !on, ...(on || bare ? {} : {open: true})})}><span aria-hidden="true"></span></label>
        ${bare
          ? html`<span class="card-title">${title}</span>`
          : html`<button type="button" class="card-title" data-testid="panel-toggle" aria-expanded=${open} aria-controls=${this.#body.id}
              @click=${() => this.#set({open: !open})}>${title}${icon('chevron-down')}</button>`}
      `,
      this.#head,
    );
    this.#body.hidden = !open || bare;
    this.element.classList.toggle('on', on);
  }

  /** @param {HTMLInputElement} field */
  #typed(field) {
    const value = typedValue(this.#body, this.#panel.schema, field);
    if (value) this.#set({values: {...this.#setting.values, ...value}}, field);
  }

  /** @param {Partial<import('../model/parameters.js').Setting>} change @param {Element} [except] */
  #set(change, except) {
    this.#setting = {...this.#setting, ...change};
    remember(this.#id, this.#setting);
    this.#draw();
    showValues(this.#body, this.#setting.values, except);
    if (change.values) for (const listener of this.#listeners) listener(this.#setting.values);
  }

  /** @param {string} module @param {import('../plugins.js').Plugins} plugins */
  async #mount(module, plugins) {
    const card = this;
    const panel = {
      id: this.#id,
      get values() {
        return {...card.#setting.values};
      },
      get on() {
        return card.#setting.on;
      },
      turn: (/** @type {boolean} */ on) => this.#set({on}),
      // The prompts are the form's: it knows where the user typed last.
      insert: (/** @type {string} */ text) => void this.element.dispatchEvent(new CustomEvent('prompt-insert', {bubbles: true, detail: text})),
      picture: () => {
        const image = this.#picture();
        return image && {id: image.id, url: image.url, thumbnail_url: image.thumbnail_url};
      },
      set: (/** @type {Record<string, unknown>} */ values) => this.#set({values: {...this.#setting.values, ...values}}),
      onValues: (/** @type {(values: Record<string, unknown>) => void} */ listener) => void this.#listeners.add(listener),
      onMessage: (/** @type {(message: any) => void} */ listener) => void this.#ends.push(plugins.listen(this.#id, listener)),
    };
    try {
      const {mount} = await import(module);
      if (this.#closed) return;
      const end = mount(this.#body, panel);
      if (typeof end === 'function') this.#ends.push(end);
      showValues(this.#body, this.#setting.values);
    } catch (problem) {
      if (!this.#closed) this.#fault(/** @type {Error} */ (problem));
    }
  }

  /** @param {Error} problem */
  #fault(problem) {
    const place = document.createElement('p');
    place.className = 'error';
    place.setAttribute('role', 'alert');
    render(html`This panel's script does not work: ${problem.message}${nothing}`, place);
    this.#body.append(place);
  }

  /** Once it is in the page, where fields know their limits. */
  shown() {
    showValues(this.#body, this.#setting.values);
  }
}
