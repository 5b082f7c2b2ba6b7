import {Problem} from '../api.js';
import {html, nothing} from '../lit.js';
import {icon} from './icons.js';

const INVITATION =
  "Drop a plugin's jar here. It is a program with all the rights of the studio: install those that you trust.";

/**
 * Where a jar is dropped or chosen to be installed, with the operator's token, which the page keeps
 * nowhere.
 *
 * @param {import('../plugins.js').Plugins} plugins
 * @param {() => void} again  draws the list anew
 * @returns {() => unknown}
 */
export function createInstall(plugins, again) {
  let token = '';
  let over = false;
  let busy = false;
  let problem = '';
  let done = '';

  /** @param {File | undefined} jar */
  async function install(jar) {
    over = false;
    done = '';
    problem = !jar ? 'Drop one jar.' : token.trim() ? '' : 'Type the token first that the studio was started with.';
    if (problem || !jar) return again();
    busy = true;
    again();
    try {
      const id = await plugins.install(jar, token.trim());
      done = `${jar.name} is installed as ${id}.`;
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault;
      problem = fault.status === 401 ? "This is not the studio's token." : fault.message;
    }
    busy = false;
    again();
  }

  /** @param {DragEvent} e @param {boolean} in_ */
  function drag(e, in_) {
    e.preventDefault();
    if (over !== in_) {
      over = in_;
      again();
    }
  }

  return () => html`<section class="plugin-install ${over ? 'over' : ''}" aria-label="Install a plugin" data-testid="plugin-install"
    @dragover=${(/** @type {DragEvent} */ e) => drag(e, true)} @dragleave=${(/** @type {DragEvent} */ e) => drag(e, false)}
    @drop=${(/** @type {DragEvent} */ e) => {
      e.preventDefault();
      install(e.dataTransfer?.files.length === 1 ? e.dataTransfer.files[0] : undefined);
    }}>
    <p>${icon('box-seam')}<span>${busy ? 'Installing…' : INVITATION}</span></p>
    <div class="plugin-install-row">
      <input type="password" autocomplete="off" placeholder="Token" aria-label="The operator's token" data-testid="plugin-token"
        @input=${(/** @type {InputEvent} */ e) => {
          token = /** @type {HTMLInputElement} */ (e.target).value;
        }}>
      <label class="button ${busy ? 'disabled' : ''}">Choose a jar<input class="sr-only" type="file" accept=".jar" data-testid="plugin-file" ?disabled=${busy}
        @change=${(/** @type {Event} */ e) => {
          const field = /** @type {HTMLInputElement} */ (e.target);
          const jar = field.files?.[0];
          field.value = '';
          if (jar) install(jar);
        }}></label>
    </div>
    ${problem ? html`<p class="error" role="alert" data-testid="plugin-install-problem">${problem}</p>` : nothing}
    ${done ? html`<p class="muted" role="status" data-testid="plugin-install-done">${done}</p>` : nothing}
  </section>`;
}
