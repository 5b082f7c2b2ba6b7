import {Problem} from '../api.js';
import {html, nothing, render, repeat} from '../lit.js';
import {keepFocus} from './focus.js';
import {icon} from './icons.js';
import {JobForm} from './job-form.js';
import {jobRow} from './plugin-job-row.js';
import {createTicker} from './ticker.js';

/**
 * @typedef {import('../types.js').JobType} JobType
 * @typedef {import('../types.js').PluginJob} PluginJob
 * @typedef {import('../types.js').State} State
 */

/**
 * The long work of plugins: a form to start each kind of it, and what was started. Hidden while
 * there is none of either.
 *
 * @param {HTMLElement} root
 * @param {import('../plugin-jobs.js').PluginJobs} jobs
 * @returns {(state: State) => void}
 */
export function createPluginJobs(root, jobs) {
  /** @type {{type: string, form: JobForm} | null} */
  let opened = null;
  /** The job whose removal waits for a yes. @type {string | null} */
  let removing = null;
  /** Those that were asked to end. @type {Set<string>} */
  const cancelling = new Set();
  /** Those that are being started again. @type {Set<string>} */
  const repeating = new Set();
  /** Why an action did not work, by the job's id. @type {Map<string, string>} */
  const problems = new Map();
  /** @type {State} */
  let last;
  const again = () => draw(last);
  const tick = createTicker(again);

  /** @param {JobType} type */
  function open(type) {
    const form = new JobForm(type, jobs, () => {
      if (opened?.form === form) close();
    });
    opened = {type: type.id, form};
    again();
    form.shown();
  }

  function close() {
    const type = opened?.type ?? '';
    opened = null;
    again();
    focus(`[data-type="${CSS.escape(type)}"]`);
  }

  /** @param {string} selector */
  const focus = (selector) => /** @type {HTMLElement | null} */ (root.querySelector(selector))?.focus();

  /** @param {string} id @param {() => Promise<void>} action */
  async function act(id, action) {
    problems.delete(id);
    try {
      await action();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      problems.set(id, problem.message);
      cancelling.delete(id);
    }
    repeating.delete(id);
    again();
  }

  const actions = {
    cancel: (/** @type {string} */ id) => {
      if (cancelling.has(id)) return;
      cancelling.add(id);
      act(id, () => jobs.cancel(id));
      again();
    },
    repeat: (/** @type {PluginJob} */ {id, type, parameters}) => {
      // A second click is no wish for a third job.
      if (repeating.has(id)) return;
      repeating.add(id);
      act(id, () => jobs.start(type, parameters));
      again();
    },
    /** Results that are lost with it are worth a question. */
    askRemove: (/** @type {PluginJob} */ job) => {
      if (!job.results.length) return actions.remove(job.id);
      removing = job.id;
      again();
      focus('.plugin-ask .danger');
    },
    keep: (/** @type {string} */ id) => {
      removing = null;
      again();
      focus(`[data-id="${id}"] [data-testid=plugin-job-remove]`);
    },
    remove: (/** @type {string} */ id) => {
      removing = null;
      // The button that was pressed goes with its row.
      root.focus();
      act(id, () => jobs.remove(id));
    },
  };

  /** @param {JobType} type */
  function button(type) {
    const on = opened?.type === type.id;
    return html`<button class="button" data-testid="job-new" data-type=${type.id} title="By the plugin ${type.plugin}"
      aria-expanded=${on} aria-controls=${on ? 'job-form' : nothing} @click=${() => (on ? close() : open(type))}>${icon('plus-lg')}New: ${type.title}…</button>`;
  }

  /** @param {PluginJob} job @param {State} state */
  const look = ({id}, state) => ({
    state,
    cancelling: cancelling.has(id),
    repeating: repeating.has(id),
    removing: removing === id,
    problem: problems.get(id),
  });

  /** @param {State} state @param {JobType[]} types */
  const content = (state, types) => html`
    <div class="place-head"><h2 id="jobs-title">Jobs</h2>${repeat(types, (t) => t.id, button)}</div>
    ${opened?.form.element ?? nothing}
    ${state.pluginJobs.length ? nothing : html`<p class="muted jobs-empty">Nothing was started yet. A job goes on while this page is closed.</p>`}
    <ul class="plugins" aria-labelledby="jobs-title" data-testid="plugin-jobs">${repeat(state.pluginJobs, (j) => j.id, (j) =>
      jobRow(j, look(j, state), actions))}</ul>
  `;

  const draw = (/** @type {State} */ state) => {
    last = state;
    const types = state.jobTypes ?? [];
    if (opened && !types.some((type) => opened?.form.isFor(type))) opened = null;
    root.hidden = !types.length && !state.pluginJobs.length;
    keepFocus(root, () => render(content(state, types), root), ([id]) =>
      root.querySelector(`[data-id="${id}"] :is([data-testid=plugin-job-repeat], .job-results a)`) ?? root);
    tick(state.pluginJobs.some((j) => j.state === 'running'));
  };

  return draw;
}
