import {Problem} from '../api.js';
import {html, nothing, render, repeat} from '../lit.js';
import {count} from '../model/format.js';
import {createFieldError} from './field-error.js';
import {icon} from './icons.js';

/**
 * @typedef {import('../types.js').Folder} Folder
 * @typedef {import('../types.js').State} State
 */

const LAYOUTS = {
  a1111: 'AUTOMATIC1111 or Forge',
  comfyui: 'ComfyUI',
  atelier: 'Model folder',
  diffusers: 'Diffusers folder',
};

const ORIGINS = {
  named: 'Named when the studio was started',
  added: 'Added here',
  downloads: 'Downloads go here',
  built_in: 'Comes with Atelier',
};

/**
 * The folders that models are looked for in, and adding one by its path.
 *
 * @param {HTMLElement} root  with a list, a form and a place that says where folders come from
 *     otherwise
 * @param {import('../folders.js').Folders} folders
 * @returns {(state: State) => void}
 */
export function createFolders(root, folders) {
  const part = (/** @type {string} */ id) => /** @type {any} */ (root.querySelector(`#${id}`));
  const form = /** @type {HTMLFormElement} */ (part('add-folder'));
  const path = /** @type {HTMLInputElement} */ (part('folder'));
  const button = /** @type {HTMLButtonElement} */ (part('folder-add'));
  const said = /** @type {HTMLElement} */ (part('folder-said'));
  const {complain, trying} = createFieldError(path, part('folder-error'));
  /** Id of the folder whose removal waits for a yes. @type {string | null} */
  let removing = null;
  let removeProblem = '';
  /** @type {State} */
  let last;

  path.addEventListener('input', () => say(''));
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    add(path.value.trim());
  });

  /** @param {string} sentence */
  function say(sentence) {
    said.textContent = sentence;
  }

  /** @param {string} what */
  async function add(what) {
    say('');
    if (!what) {
      complain('Type the path of a folder first.');
      return;
    }
    button.disabled = true;
    await trying(async () => {
      const folder = await folders.add(what);
      path.value = '';
      if (folder) say(`${folder.path} is in the list: ${found(folder)}.`);
    });
    button.disabled = false;
  }

  /** Asks whether to take a folder off; null takes the question back. @param {string | null} id */
  function ask(id) {
    const before = removing;
    removing = id;
    removeProblem = '';
    draw(last);
    // What had the focus is gone.
    const next = id ? '[data-testid=folder-remove-yes]' : `[data-id="${before}"] [data-testid=folder-remove]`;
    /** @type {HTMLElement | null} */ (root.querySelector(next))?.focus();
  }

  /** @param {Folder} folder */
  async function remove({id, path: gone}) {
    try {
      await folders.remove(/** @type {string} */ (id));
      removing = null;
      path.focus();
      say(`${gone} is no longer in the list; its files are as they were.`);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      removeProblem = problem.message;
    }
    draw(last);
  }

  /** @param {Folder} folder */
  function removal(folder) {
    if (removing !== folder.id) {
      return html`<button class="icon-button" data-testid="folder-remove" aria-label="Take ${folder.path} off the list"
        title="Take it off the list" @click=${() => ask(folder.id)}>${icon('trash3')}</button>`;
    }
    return html`<span class="model-ask">Take it off the list? Its files stay.
      <button class="button small danger" data-testid="folder-remove-yes" @click=${() => remove(folder)}>Take off</button>
      <button class="button small quiet" data-testid="folder-keep" @click=${() => ask(null)}>Keep</button>
      ${removeProblem ? html`<span class="error" role="alert">${removeProblem}</span>` : nothing}</span>`;
  }

  /** @param {Folder} folder @param {boolean} changeable */
  function row(folder, changeable) {
    return html`<li class="model" data-testid="folder-row" data-id=${folder.id ?? ''} data-origin=${folder.origin}>
      <div class="folder-name"><code>${folder.path}</code><span class="muted">${ORIGINS[folder.origin]}</span></div>
      <div class="model-facts">
        ${folder.layout ? html`<span class="tag" data-testid="folder-layout">${LAYOUTS[folder.layout]}</span>` : nothing}
        <span class="figures" data-testid="folder-models">${found(folder)}</span>
        ${changeable && folder.id ? removal(folder) : nothing}
      </div>
      ${folder.problem ? html`<p class="model-problem" data-testid="folder-problem">${icon('folder-x')}<span>${folder.problem}</span></p>` : nothing}
    </li>`;
  }

  const draw = (/** @type {State} */ state) => {
    last = state;
    const known = state.folders;
    const changeable = known?.changeable ?? false;
    root.hidden = !known;
    form.hidden = !changeable;
    part('folders-fixed').hidden = changeable;
    render(repeat(known?.folders ?? [], (f) => f.path, (f) => row(f, changeable)), part('folder-list'));
  };
  return draw;
}

/** @param {Folder} folder */
const found = (folder) => (folder.models ? count(folder.models, 'model') : 'no models');
