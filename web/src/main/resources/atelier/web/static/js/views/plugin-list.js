import {html, nothing, render, repeat} from '../lit.js';
import {memory} from '../model/format.js';
import {keepFocus} from './focus.js';
import {icon} from './icons.js';
import {createInstall} from './plugin-install.js';

/**
 * @typedef {import('../types.js').Plugin} Plugin
 * @typedef {import('../types.js').State} State
 */

const STATES = {
  running: 'Running',
  stopping: 'Stopping',
  disabled: 'Off',
  waiting: 'Waiting',
  failed: 'Failed',
};

/**
 * Every plugin with its state and its switches.
 *
 * @param {HTMLElement} root
 * @param {import('../plugins.js').Plugins} plugins
 * @returns {(state: State) => void}
 */
export function createPluginList(root, plugins) {
  /** The plugin whose removal waits for a yes. @type {string | null} */
  let removing = null;
  /** Those that the studio is doing something to. @type {Set<string>} */
  const busy = new Set();
  /** @type {State} */
  let last;
  const install = createInstall(plugins, () => draw(last));

  /** For what is not disabled while it is busy: it would lose the focus. @param {string} id @param {() => void} action */
  const unlessBusy = (id, action) => () => {
    if (!busy.has(id)) action();
  };

  /** @param {string} id @param {string} testId @returns {HTMLElement | null} */
  const inRow = (id, testId) => root.querySelector(`[data-id="${CSS.escape(id ?? '')}"] [data-testid=${testId}]`);

  /** @param {'enable' | 'disable' | 'reload' | 'remove'} action @param {string} id @param {boolean} [cancel] */
  async function change(action, id, cancel) {
    removing = null;
    busy.add(id);
    draw(last);
    await plugins.change(action, id, cancel);
    busy.delete(id);
    draw(last);
  }

  /** @param {HTMLInputElement} box @param {boolean} on  as it was @param {string} id */
  async function turn(box, on, id) {
    await change(on ? 'disable' : 'enable', id);
    // What the studio refused must not look done.
    const now = last.plugins?.find((p) => p.id === id);
    if (now) box.checked = isOn(now);
  }

  const draw = (/** @type {State} */ state) => {
    last = state;
    const {plugins: all, pluginFolder, pluginUpload, pluginProblem} = state;
    const content = html`
      <div class="place-head"><h2>Plugins</h2></div>
      ${pluginProblem ? html`<p class="error" role="alert" data-testid="plugin-problem">${pluginProblem}</p>` : nothing}
      ${all?.length === 0
        ? html`<div class="plugins-empty" data-testid="plugins-empty">${icon('puzzle')}
            <p>No plugins yet. Put a plugin's jar into the folder below: it runs a moment later, without a restart.</p>
            <p class="muted">To write one, begin with <code>./atelier plugins new my-plugin</code>.</p></div>`
        : nothing}
      <ul class="plugins" data-testid="plugins">${repeat(all ?? [], (p) => p.id, (p) => row(p))}</ul>
      ${pluginUpload ? install() : nothing}
      ${pluginFolder ? html`<p class="plugin-folder muted">Jars are taken from <code>${pluginFolder}</code> as they come, change and go.</p>` : nothing}
    `;
    keepFocus(root, () => render(content, root), ([id]) => inRow(id, 'plugin-remove') ?? root);
  };

  /** @param {Plugin} plugin */
  function row(plugin) {
    const {id, version, state, problem, notes, pictures, memory_bytes: held, panels} = plugin;
    const on = isOn(plugin);
    const known = version !== '';
    // A jar that cannot be read is called by its name already.
    const about = plugin.description || (plugin.file === id ? '' : plugin.file);
    const waits = state === 'stopping' && pictures > 0;
    return html`<li class="plugin" data-testid="plugin-row" data-id=${id} data-state=${state}>
      ${known
        ? html`<label class="switch"><input type="checkbox" role="switch" data-testid="plugin-switch" aria-label="Run ${id}" .checked=${on} aria-disabled=${busy.has(id)}
            @click=${(/** @type {Event} */ e) => busy.has(id) && e.preventDefault()}
            @change=${(/** @type {Event} */ e) => turn(/** @type {HTMLInputElement} */ (e.target), on, id)}><span aria-hidden="true"></span></label>`
        : html`<span class="plugin-mark">${icon('exclamation-triangle')}</span>`}
      <div class="plugin-name">
        <strong>${panels[0]?.title ?? id}</strong>${known ? html` <span class="muted figures">${version}</span>` : nothing}
        <span class="tag" data-state=${state} data-testid="plugin-state">${STATES[state]}</span>
        ${about ? html`<p class="muted">${about}</p>` : nothing}
      </div>
      <div class="plugin-facts">
        ${held ? html`<span>${icon('memory')}${memory(held)}</span>` : nothing}
        ${known
          ? html`<button class="icon-button" data-testid="plugin-reload" title="Load it anew" aria-label="Load ${id} anew" aria-disabled=${busy.has(id)}
              @click=${unlessBusy(id, () => change('reload', id))}>${icon('arrow-clockwise')}</button>`
          : nothing}
        <button class="icon-button" data-testid="plugin-remove" title="Remove it" aria-label="Remove ${id}" aria-disabled=${busy.has(id)}
          @click=${unlessBusy(id, () => {
            removing = id;
            draw(last);
            inRow(id, 'plugin-remove-yes')?.focus();
          })}>${icon('trash3')}</button>
      </div>
      ${problem ? html`<p class="plugin-problem" role="status" data-testid="plugin-error">${icon('exclamation-circle')}<span>${problem}</span></p>` : nothing}
      ${notes.map((note) => html`<p class="plugin-note">${note}</p>`)}
      ${waits
        ? html`<p class="plugin-note plugin-ask"><span>It ends when the picture in hand is done.</span>
            <button class="button small" data-testid="plugin-cancel" @click=${() => change('disable', id, true)}>Cancel the picture</button></p>`
        : nothing}
      ${removing === id
        ? html`<p class="plugin-note plugin-ask"><span>Delete ${plugin.file} from the folder? What the plugin has kept stays.</span>
            <button class="button small danger" data-testid="plugin-remove-yes" @click=${() => change('remove', id)}>Delete</button>
            <button class="button small" @click=${() => {
              removing = null;
              draw(last);
            }}>Keep</button></p>`
        : nothing}
    </li>`;
  }

  return draw;
}

/** @param {Plugin} plugin */
const isOn = ({state}) => ['running', 'stopping', 'waiting'].includes(state);
