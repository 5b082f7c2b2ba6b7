/**
 * @typedef {import('../types.js').JobType} JobType
 * @typedef {import('../types.js').PluginJob} PluginJob
 * @typedef {import('../types.js').State} State
 */

const names = new Intl.Collator('en', {numeric: true});

/** In the order of their names, of which numbers are a part. @param {PluginJob} job */
export const resultsOf = ({results}) => [...results].sort((a, b) => names.compare(a.name, b.name));

/** What a job was started with, for example “count 4 · seed 7”. @param {PluginJob} job */
export function parameterWords({parameters}) {
  return Object.entries(parameters)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' · ');
}

/**
 * What a job waits for.
 *
 * @param {PluginJob} job
 * @param {State} state
 */
export function waitWords({type}, {jobTypes, plugins}) {
  if (!jobTypes || jobTypes.some(({id}) => id === type)) return 'Waits for its turn';
  const plugin = type.slice(0, type.lastIndexOf('.'));
  const runs = plugins?.some(({id, state}) => id === plugin && state === 'running');
  return runs ? `Waits for a version of the plugin ${plugin} that does it` : `Waits for the plugin ${plugin}, which does not run`;
}

/** How long a job ran that has ended, in seconds; null when it never did. @param {PluginJob} job */
export const tookSeconds = ({started_at: from, finished_at: to}) =>
  from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : null;
