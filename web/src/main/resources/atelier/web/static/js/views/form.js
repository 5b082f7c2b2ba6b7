import {Problem} from '../api.js';
import {isActive, liveJob, progressNow} from '../model/jobs.js';
import {defaults, ofImage, remember, remembered, toRequest} from '../model/settings.js';
import {presetSize, ASPECTS} from '../model/sizes.js';
import {aspects, exampleChips, options} from './choices.js';
import {complaint, grow, setError, setRange} from './fields.js';
import {checkpoints, createModels} from './models.js';
import {createSeed} from './seed.js';

/**
 * @typedef {import('../model/settings.js').Settings} Settings
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').ImageRequest} ImageRequest
 * @typedef {import('../types.js').State} State
 * @typedef {import('../studio.js').Studio} Studio
 */

const NUMBERS = /** @type {const} */ (['width', 'height', 'steps', 'guidance_scale', 'batch_size']);
const TEXTS = /** @type {const} */ (['prompt', 'negative_prompt', 'model', 'sampler']);
/** Side of the training squares of a model that does not say: SD 1.5's. */
const USUAL_SIZE = 512;

/** The settings of the next picture: the fields of the page's form, remembered between visits. */
export class SettingsForm {
  #form;
  #studio;
  /** @type {Settings} */
  #settings;
  /** No visit before: sizes follow the model until the user chooses one. */
  #fresh;
  #models;
  #seed;
  /** @type {import('../types.js').Model[]} */
  #catalog = [];

  /** @param {HTMLFormElement} form @param {Studio} studio */
  constructor(form, studio) {
    const saved = remembered();
    this.#form = form;
    this.#studio = studio;
    this.#settings = saved ?? defaults();
    this.#fresh = !saved;
    this.#models = createModels(this.#select('model'), this.#part('model-notices'));
    this.#seed = createSeed(form, (change) => this.#change(change));
    form.addEventListener('input', (e) => this.#typed(/** @type {HTMLInputElement} */ (e.target)));
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      this.submit();
    });
    this.#part('cancel').addEventListener('click', () => {
      const job = studio.cancellable();
      if (job) studio.cancel(job.id);
    });
    this.#part('rescan').addEventListener('click', () => studio.rescan());
    this.#part('swap-size').addEventListener('click', () => {
      const {width, height} = this.#settings;
      this.#change({width: height, height: width});
    });
    this.#part('settings-toggle').addEventListener('click', () => this.#unfold(!this.#unfolded));
    if (/Mac|iPhone|iPad/.test(navigator.platform)) this.#part('generate-key').textContent = '⌘ ↵';
    this.#show(Object.keys(this.#settings));
  }

  /** Id of the model chosen. */
  get model() {
    return this.#settings.model;
  }

  /** Puts the picture in the queue, or shows in its place what keeps it from there. */
  async submit() {
    const invalid = NUMBERS.map((name) => this.#field(name)).find((input) => this.#check(input)) ?? this.#seed.check();
    if (invalid) {
      this.#goTo(invalid);
      return;
    }
    this.#problem('');
    try {
      const job = await this.#studio.submit(toRequest(this.#settings));
      this.#change({seed: job.request.seed});
      document.querySelector('.stage')?.scrollIntoView({block: 'start'});
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const {field, message} = problem;
      if (field && setError(this.#form, field, message)) this.#goTo(this.#field(field));
      else this.#problem(message);
    }
  }

  /** The settings that make this very picture again. @param {Image} image */
  reuse(image) {
    this.#replace(ofImage(image));
  }

  /** The settings of a job, with the seed it had. @param {ImageRequest} request */
  reuseRequest(request) {
    this.#replace({...request, seed_locked: true});
  }

  /** @param {string} prompt */
  usePrompt(prompt) {
    this.#change({prompt});
  }

  /** Shows what of the page's state concerns the form. @param {State} state */
  render(state) {
    this.#adopt(state);
    const {model, sampler, prompt} = this.#settings;
    this.#models(state, model);
    options(this.#select('sampler'), state.samplers, sampler);
    exampleChips(this.#part('examples'), model, prompt, (p) => {
      this.#change({prompt: p});
      this.#field('prompt').focus();
    });
    const live = liveJob(state.jobs, state.liveId);
    const working = Boolean(live && isActive(live));
    this.#part('generate-label').textContent = working ? 'Add to queue' : 'Generate';
    /** @type {HTMLButtonElement} */ (this.#part('cancel')).disabled = !this.#studio.cancellable();
    const bar = this.#part('bar-progress');
    bar.classList.toggle('on', working);
    bar.style.setProperty('--share', String(live && working ? progressNow(live).done : 0));
    this.#showSize();
  }

  /** Chooses a model when none is chosen, and on a first visit that model's size. @param {State} state */
  #adopt(state) {
    this.#catalog = checkpoints(state);
    if (!this.#settings.model) {
      const first = this.#catalog.find((m) => m.usable);
      if (first) this.#change({model: first.id});
    }
    if (this.#fresh && this.#settings.model) {
      this.#fresh = false;
      this.#change({width: this.#trained(), height: this.#trained()});
    }
  }

  #trained(model = this.#settings.model) {
    return this.#catalog.find((m) => m.id === model)?.default_size || USUAL_SIZE;
  }

  // ---- fields and settings

  /** @param {HTMLInputElement} input */
  #typed(input) {
    const pair = input.dataset.pair;
    const field = pair ? this.#field(pair) : input;
    if (pair) field.value = input.value;
    this.#problem('');
    if (NUMBERS.includes(/** @type {any} */ (field.name))) {
      if (this.#check(field)) return;
      this.#change({[field.name]: Number(field.value)}, pair ? undefined : field);
    } else if (TEXTS.includes(/** @type {any} */ (field.name))) {
      setError(this.#form, field.name, '');
      const change = field.name === 'model' ? this.#switchModel(field.value) : {[field.name]: field.value};
      this.#change(change, field);
    }
  }

  /** A size that is one of the old model's presets becomes the new model's. @param {string} model @returns {Partial<Settings>} */
  #switchModel(model) {
    const {width, height} = this.#settings;
    const aspect = ASPECTS.find((a) => {
      const preset = presetSize(a, this.#trained());
      return preset.width === width && preset.height === height;
    });
    return {model, ...(aspect ? presetSize(aspect, this.#trained(model)) : {})};
  }

  /** @param {HTMLInputElement} input @returns {boolean} whether something is wrong with it */
  #check(input) {
    const message = complaint(input);
    setError(this.#form, input.name, message);
    return message !== '';
  }

  /** @param {Settings} settings */
  #replace(settings) {
    for (const name of [...NUMBERS, ...TEXTS, 'seed']) setError(this.#form, name, '');
    this.#problem('');
    this.#fresh = false;
    this.#change(settings);
    this.#form.querySelector('.panel-scroll')?.scrollTo({top: 0});
    this.#form.classList.remove('refilled');
    requestAnimationFrame(() => this.#form.classList.add('refilled'));
  }

  /**
   * @param {Partial<Settings>} change
   * @param {HTMLInputElement} [typedIn]  a field that already shows it, and must not be rewritten
   */
  #change(change, typedIn) {
    this.#settings = {...this.#settings, ...change};
    remember(this.#settings);
    this.#show(Object.keys(change), typedIn);
    this.render(this.#studio.state);
  }

  /**
   * Writes the settings of these names into their fields. The others stay: one may hold a value that
   * is wrong and being mended.
   *
   * @param {string[]} names
   * @param {HTMLInputElement} [except]
   */
  #show(names, except) {
    for (const name of [...NUMBERS, ...TEXTS]) {
      const field = this.#field(name);
      if (!names.includes(name) || field === except) continue;
      field.value = String(this.#settings[name]);
      setError(this.#form, name, '');
    }
    for (const range of /** @type {NodeListOf<HTMLInputElement>} */ (this.#form.querySelectorAll('[data-pair]'))) {
      setRange(range, Number(this.#settings[/** @type {'steps'} */ (range.dataset.pair)]));
    }
    for (const area of this.#form.querySelectorAll('textarea')) grow(area);
    this.#seed.show(this.#settings, except);
    const {width, height, steps, sampler} = this.#settings;
    this.#part('settings-summary').textContent = `${width} × ${height} · ${steps} steps · ${sampler}`;
    this.#part('batch_size-help').textContent =
      this.#settings.batch_noise === 'one_generator' ? 'Noise of the batch reused.' : 'How many at once.';
  }

  #showSize() {
    const trained = this.#trained();
    const {width, height} = this.#settings;
    if (this.#catalog.length) this.#part('size-trained').textContent = `${trained} × ${trained}`;
    aspects(this.#part('aspects'), trained, {width, height}, (size) => this.#change(size));
  }

  // ---- the form's parts

  /** @param {string} name @returns {HTMLInputElement} */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem(name));
  }

  /** @param {string} name */
  #select(name) {
    return /** @type {HTMLSelectElement} */ (this.#form.elements.namedItem(name));
  }

  /** @param {string} id @returns {HTMLElement} */
  #part(id) {
    return /** @type {HTMLElement} */ (this.#form.querySelector(`#${id}`));
  }

  /** @param {string} message */
  #problem(message) {
    const place = this.#part('form-problem');
    place.textContent = message;
    place.hidden = !message;
  }

  /** @param {HTMLElement} field */
  #goTo(field) {
    if (this.#part('more-settings').contains(field)) this.#unfold(true);
    field.focus();
  }

  get #unfolded() {
    return this.#part('settings-toggle').getAttribute('aria-expanded') === 'true';
  }

  /** On a narrow screen the settings fold into one line. @param {boolean} open */
  #unfold(open) {
    this.#part('settings-toggle').setAttribute('aria-expanded', String(open));
  }
}
