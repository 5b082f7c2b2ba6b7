import {Problem} from '../api.js';
import {html, nothing, render} from '../lit.js';
import {fitted, remember, remembered} from '../model/parameters.js';
import {drawFields, firstInvalid, showValues, typedValue} from './panel-fields.js';

/** What long work is started with: the fields of its parameters, which are kept for the next time. */
export class JobForm {
  element = document.createElement('form');
  #type;
  #jobs;
  #close;
  #values;
  #fields = document.createElement('div');
  #foot = document.createElement('div');
  #busy = false;
  #problem = '';

  /**
   * @param {import('../types.js').JobType} type
   * @param {import('../plugin-jobs.js').PluginJobs} jobs
   * @param {() => void} close  takes the form away
   */
  constructor(type, jobs, close) {
    this.#type = type;
    this.#jobs = jobs;
    this.#close = close;
    this.#values = fitted(type.schema, remembered(type.id).values);
    this.element.id = 'job-form';
    this.element.className = 'job-form';
    this.element.dataset.testid = 'job-form';
    this.element.noValidate = true;
    this.element.autocomplete = 'off';
    this.element.setAttribute('aria-label', `New: ${type.title}`);
    this.#fields.className = 'job-fields';
    this.element.append(this.#fields, this.#foot);
    drawFields(this.#fields, type.id, type.schema);
    this.#fields.addEventListener('input', (e) => this.#typed(/** @type {HTMLInputElement} */ (e.target)));
    this.element.addEventListener('submit', (e) => {
      e.preventDefault();
      this.#start();
    });
    this.element.addEventListener('keydown', (e) => {
      if (e.key === 'Escape') this.#close();
    });
    this.#draw();
  }

  /** Whether it is made for this very kind of work, its schema included. @param {import('../types.js').JobType} type */
  isFor(type) {
    return JSON.stringify(type) === JSON.stringify(this.#type);
  }

  /** Once it is in the page, where fields know their limits. */
  shown() {
    showValues(this.#fields, this.#values);
    /** @type {HTMLElement | null} */ (this.element.querySelector('input, select, button'))?.focus();
  }

  /** @param {HTMLInputElement} field */
  #typed(field) {
    const value = typedValue(this.#fields, this.#type.schema, field);
    if (!value) return;
    this.#values = {...this.#values, ...value};
    remember(this.#type.id, {on: true, open: true, values: this.#values});
    showValues(this.#fields, this.#values, field);
  }

  async #start() {
    if (this.#busy) return;
    const wrong = firstInvalid(this.#fields);
    if (wrong) return wrong.focus();
    this.#say('', true);
    try {
      await this.#jobs.start(this.#type.id, this.#values);
      this.#close();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.#say(problem.message, false);
    }
  }

  /** @param {string} problem @param {boolean} busy */
  #say(problem, busy) {
    this.#problem = problem;
    this.#busy = busy;
    this.#draw();
  }

  #draw() {
    render(
      html`
        ${this.#problem ? html`<p class="error" role="alert" data-testid="job-form-problem">${this.#problem}</p>` : nothing}
        <div class="job-form-actions">
          <button type="submit" class="button primary" data-testid="job-start" aria-disabled=${this.#busy}>Start</button>
          <button type="button" class="button quiet" data-testid="job-not-now" @click=${() => this.#close()}>Not now</button>
        </div>
      `,
      this.#foot,
    );
  }
}
