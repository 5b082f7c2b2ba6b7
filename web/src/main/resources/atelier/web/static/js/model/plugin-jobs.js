import {stamp} from './jobs.js';

/**
 * @typedef {import('../types.js').JobType} JobType
 * @typedef {import('../types.js').PluginJob} PluginJob
 * @typedef {import('../types.js').State} State
 */

const names = new Intl.Collator('en', {numeric: true});

/**
 * The newer of what is known of a job and what is heard of it: the answer to a request can come
 * after the event that tells of a later state. Progress does not count as a change of the job: of
 * the same revision, that which has gone on for longer is the newer, and none is the oldest.
 *
 * @param {PluginJob | undefined} known
 * @param {PluginJob} heard
 */
export function newer(known, heard) {
  const late =
    known &&
    (heard.revision < known.revision || (heard.revision === known.revision && elapsed(heard) < elapsed(known)));
  return late ? known : {...heard, progress: stamp(heard.progress)};
}

/** @param {PluginJob} job */
const elapsed = ({progress}) => progress?.elapsed_seconds ?? -1;

/** @param {PluginJob[]} jobs */
export const newestFirst = (jobs) => jobs.sort((a, b) => b.created_at.localeCompare(a.created_at));

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
