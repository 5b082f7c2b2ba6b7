import {html, nothing, render} from '../lit.js';

/**
 * @typedef {import('../types.js').Sampler} Sampler
 */

export const AUTOMATIC = 'Automatic';

/** What the groups of samplers have in common, by the API's names. */
const KINDS = {
  converging: 'Settle on one picture',
  stochastic: 'New noise at every step',
  distilled: 'For LCM models',
};

/**
 * The samplers in groups, and the schedule types that the chosen one can have.
 *
 * @param {HTMLSelectElement} sampler
 * @param {HTMLSelectElement} scheduleType
 */
export function createSampler(sampler, scheduleType) {
  /**
   * @param {Sampler[]} samplers  none while the studio has not said which there are
   * @param {string} chosen
   * @param {string} type
   */
  return (samplers, chosen, type) => {
    const known = samplers.find((s) => s.name === chosen);
    render(
      html`${known ? nothing : option(chosen)}${Object.entries(KINDS).map(([kind, label]) =>
        group(label, samplers.filter((s) => s.kind === kind)),
      )}`,
      sampler,
    );
    sampler.value = chosen;
    const types = known?.schedule_types ?? [type];
    const own = known ? `Auto (${known.automatic})` : AUTOMATIC;
    render(html`${types.map((t) => option(t, t === AUTOMATIC ? own : t))}`, scheduleType);
    scheduleType.value = type;
  };
}

/**
 * The schedule type that stays chosen with another sampler.
 *
 * @param {Sampler[]} samplers
 * @param {string} sampler
 * @param {string} type
 */
export function fitting(samplers, sampler, type) {
  const types = samplers.find((s) => s.name === sampler)?.schedule_types;
  return !types || types.includes(type) ? type : AUTOMATIC;
}

/** Sampler and schedule in one phrase. @param {{sampler: string, schedule_type: string}} settings */
export const samplerName = ({sampler, schedule_type: type}) => (type === AUTOMATIC ? sampler : `${sampler} ${type}`);

/** @param {string} label @param {Sampler[]} samplers */
const group = (label, samplers) =>
  samplers.length ? html`<optgroup label=${label}>${samplers.map((s) => option(s.name))}</optgroup>` : nothing;

/** @param {string} value @param {string} [label] */
const option = (value, label = value) => html`<option value=${value}>${label}</option>`;
