import {Problem} from '../api.js';
import {defaults, ofImage, ofRequest, remember, remembered, toRequest} from '../model/settings.js';
import {presetFor} from '../model/sizes.js';
import {sizeFor} from '../model/start.js';
import {exampleChips} from './choices.js';
import {complaint, grow, setError, setRange} from './fields.js';
import {createGenerateBar} from './generate-bar.js';
import {createMaps} from './maps.js';
import {checkpoints, createModels, usableCheckpoints} from './models.js';
import {createPrompts} from './prompts.js';
import {createSampler, fitting, samplerName} from './sampler.js';
import {createSeed} from './seed.js';
import {createSize} from './size.js';
import {createVaes} from './vaes.js';
import {createStart} from './start.js';

/**
 * @typedef {import('../model/settings.js').Settings} Settings
 * @typedef {import('../types.js').Image} Image
 * @typedef {import('../types.js').ImageRequest} ImageRequest
 * @typedef {import('../types.js').State} State
 */

const NUMBERS = [
  'start_strength', 'mask_blur', 'mask_padding',
  'width', 'height', 'steps', 'guidance_scale', 'batch_size', 'variation_strength', 'variation_seed',
  'seed_resize_width', 'seed_resize_height',
  'hires_scale', 'hires_strength', 'hires_steps', 'guidance_rescale', 'clip_skip',
];
const TEXTS = [
  'prompt', 'negative_prompt', 'model', 'vae', 'sampler', 'schedule_type',
  'start_resize', 'mask_area', 'mask_content', 'hires_upscaler',
];
/** Side of the training squares of a model that does not say: SD 1.5's. */
const USUAL_SIZE = 512;

/** The settings of the next picture: the fields of the page's form, remembered between visits. */
export class SettingsForm {
  #form;
  #studio;
  /** @type {Settings} */
  #settings;
  /** No visit before: the size is still to be taken from the model. */
  #fresh;
  #models;
  #vaes;
  #prompts;
  #sampler;
  #seed;
  #size;
  #start;
  #maps;
  #bar;
  #panels;

  /**
   * @param {HTMLFormElement} form
   * @param {import('../studio.js').Studio} studio
   * @param {import('../library.js').Library} library
   * @param {import('./panels.js').Panels} panels
   */
  constructor(form, studio, library, panels) {
    const saved = remembered();
    this.#form = form;
    this.#studio = studio;
    this.#panels = panels;
    this.#settings = saved ?? defaults();
    this.#fresh = !saved;
    this.#models = createModels(this.#select('model'), this.#part('model-notices'));
    this.#vaes = createVaes(this.#select('vae'), this.#part('vae-field'));
    this.#prompts = createPrompts(form, (change, field) => {
      this.#change(change);
      field.focus();
    });
    this.#sampler = createSampler(this.#select('sampler'), this.#select('schedule_type'));
    this.#seed = createSeed(form, (change) => this.#change(change));
    this.#size = createSize(form, (change) => this.#change(change));
    this.#start = createStart(
      form,
      (change) => this.#change(change),
      (picture) => this.#change(sizeFor(picture, this.#trained())),
    );
    this.#maps = createMaps(this.#part('maps'), (picture) => this.#start.take(picture));
    this.#bar = createGenerateBar(form, studio);
    form.addEventListener('input', (e) => this.#typed(/** @type {HTMLInputElement} */ (e.target)));
    form.addEventListener('submit', (e) => {
      e.preventDefault();
      this.submit();
    });
    this.#part('rescan').addEventListener('click', () => library.rescan());
    this.#part('settings-toggle').addEventListener('click', () => this.#unfold(!this.#unfolded));
    this.#show(Object.keys(this.#settings));
  }

  /** Id of the model chosen. */
  get model() {
    return this.#settings.model;
  }

  /** Puts the picture in the queue, or shows in its place what keeps it from there. */
  async submit() {
    const invalid = NUMBERS.map((name) => this.#field(name)).find((input) => this.#check(input)) ?? this.#seed.check() ?? this.#panels.check();
    if (invalid) {
      this.#goTo(invalid);
      return;
    }
    this.#bar.problem('');
    try {
      if (!(await this.#start.ready())) return;
      const job = await this.#studio.submit({...toRequest(this.#settings), plugins: this.#panels.request});
      this.#change({seed: job.request.seed});
      document.querySelector('.stage')?.scrollIntoView({block: 'start'});
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const {message} = problem;
      const field = problem.field?.replaceAll('.', '_');
      if (field && setError(this.#form, field, message)) this.#goTo(this.#field(field));
      else this.#bar.problem(message);
    }
  }

  /** The settings that make this very picture again. @param {Image} image */
  reuse(image) {
    this.#replace(ofImage(image));
  }

  /** The settings of a job, with the seed it had. @param {ImageRequest} request */
  reuseRequest(request) {
    this.#replace(ofRequest(request));
  }

  /** Begins the next picture with one of the studio's. @param {string} url */
  async startFrom(url) {
    this.#form.scrollIntoView({block: 'start'});
    this.#form.querySelector('.panel-scroll')?.scrollTo({top: 0});
    await this.#start.takeFrom(url);
  }

  /** @param {string} prompt */
  usePrompt(prompt) {
    this.#change({prompt});
  }

  /** Shows what of the page's state concerns the form. @param {State} state */
  render(state) {
    this.#adopt(state);
    const {model, sampler, schedule_type: type, prompt} = this.#settings;
    this.#models(state, model);
    this.#vaes(state, this.#settings.vae);
    this.#sampler(state.samplers, sampler, type);
    exampleChips(this.#part('examples'), model, prompt, (p) => {
      this.#change({prompt: p});
      this.#field('prompt').focus();
    });
    this.#prompts(this.#settings, state);
    this.#size.show(this.#settings, this.#trained());
    this.#maps(state.annotators, this.#settings.start_picture);
    this.#bar.render(state);
  }

  /** Chooses a model when none is chosen, and on a first visit that model's size. @param {State} state */
  #adopt(state) {
    if (!this.#settings.model) {
      const [first] = usableCheckpoints(state);
      if (first) this.#change({model: first.id});
    }
    if (this.#fresh && this.#settings.model) {
      this.#fresh = false;
      this.#change({width: this.#trained(), height: this.#trained()});
    }
  }

  #trained(model = this.#settings.model) {
    return checkpoints(this.#studio.state).find((m) => m.id === model)?.default_size || USUAL_SIZE;
  }

  // ---- settings and fields

  /** @param {HTMLInputElement} input */
  #typed(input) {
    const pair = input.dataset.pair;
    const field = pair ? this.#field(pair) : input;
    if (pair) field.value = input.value;
    this.#bar.problem('');
    if (NUMBERS.includes(field.name)) {
      if (!this.#check(field)) this.#change({[field.name]: Number(field.value)}, field);
    } else if (TEXTS.includes(field.name)) {
      setError(this.#form, field.name, '');
      const {model} = this.#settings;
      const size = field.name === 'model' && presetFor(this.#settings, this.#trained(model), this.#trained(field.value));
      this.#change({[field.name]: field.value, ...size, ...this.#fittingType(field)}, field);
    }
  }

  /** Not every sampler has every schedule. @param {HTMLInputElement} field */
  #fittingType(field) {
    if (field.name !== 'sampler') return {};
    return {schedule_type: fitting(this.#studio.state.samplers, field.value, this.#settings.schedule_type)};
  }

  /** @param {HTMLInputElement} input @returns {boolean} whether something is wrong with it */
  #check(input) {
    const message = complaint(input);
    setError(this.#form, input.name, message);
    return message !== '';
  }

  /** @param {Settings} settings */
  #replace(settings) {
    setError(this.#form, 'seed', '');
    this.#bar.problem('');
    this.#fresh = false;
    const {plugins, ...own} = settings;
    this.#panels.use(plugins ?? {});
    this.#change(own);
    // On a narrow screen the form may be far above, on a wide one scrolled down; then it glows.
    this.#form.scrollIntoView({block: 'start'});
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
    const values = /** @type {Record<string, unknown>} */ (this.#settings);
    for (const name of [...NUMBERS, ...TEXTS]) {
      const field = this.#field(name);
      if (!names.includes(name) || field === except) continue;
      field.value = String(values[name]);
      setError(this.#form, name, '');
    }
    for (const range of /** @type {NodeListOf<HTMLInputElement>} */ (this.#form.querySelectorAll('[data-pair]'))) {
      setRange(range, Number(values[range.dataset.pair ?? '']));
    }
    for (const area of this.#form.querySelectorAll('textarea')) grow(area);
    this.#seed.show(this.#settings, except);
    this.#start.show(this.#settings);
    const {width, height, steps, batch_noise: noise} = this.#settings;
    this.#part('settings-summary').textContent = `${width} × ${height} · ${steps} steps · ${samplerName(this.#settings)}`;
    this.#part('batch_size-help').textContent = noise === 'one_generator' ? 'Noise of the batch reused.' : 'How many at once.';
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
