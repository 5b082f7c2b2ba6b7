/**
 * @typedef {import('./types.js').Catalog} Catalog
 * @typedef {import('./types.js').Download} Download
 * @typedef {import('./types.js').Image} Image
 * @typedef {import('./types.js').ImageRequest} ImageRequest
 * @typedef {import('./types.js').Job} Job
 * @typedef {import('./types.js').PluginJob} PluginJob
 * @typedef {import('./types.js').Plugin} Plugin
 * @typedef {import('./types.js').Sampler} Sampler
 */

/** A request that did not work; the message is a sentence for the user. */
export class Problem extends Error {
  /**
   * @param {number} status  the HTTP status; 0 when no answer came
   * @param {string} detail
   * @param {string} [field]  the request's field at fault
   */
  constructor(status, detail, field) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.field = field;
  }
}

/**
 * @param {string} method
 * @param {string} path  below /api/v1
 * @param {object | Blob} [body]  a file goes as it is, anything else as JSON
 * @param {Record<string, string>} [headers]
 * @returns {Promise<Response>} an answer of success
 * @throws {Problem}
 */
async function send(method, path, body, headers = {}) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: body ? {...headers, 'Content-Type': body instanceof Blob ? body.type : 'application/json'} : headers,
      body: body instanceof Blob ? body : body && JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, 'The studio does not answer. Nothing is lost: try again once it is connected.');
  }
  if (response.ok) return response;
  // A proxy's error page is no JSON; its status still says what happened.
  throw problemOf(response, await response.json().catch(() => null));
}

/** @param {Response} response @param {any} answer  its JSON, if it is any */
function problemOf({status}, answer) {
  return new Problem(status, answer?.detail ?? answer?.title ?? `The studio answered with status ${status}.`, answer?.field);
}

/**
 * The same for answers that are JSON.
 *
 * @param {[method: string, path: string, body?: object | Blob, headers?: Record<string, string>]} request
 * @returns {Promise<any>} the JSON answer; undefined when there is none
 * @throws {Problem}
 */
async function call(...request) {
  const response = await send(...request);
  if (response.status === 204) return undefined;
  const answer = await response.json().catch(() => null);
  if (answer === null) throw problemOf(response, null);
  return answer;
}

const segment = encodeURIComponent;

/** The studio's HTTP API. Every call rejects with a {@link Problem}. */
export const api = {
  /** @param {Partial<ImageRequest>} request @returns {Promise<Job>} */
  submit: (request) => call('POST', '/images', request),

  /** Sends a PNG or JPEG to begin a picture with. @param {Blob} picture @returns {Promise<import('./types.js').InputPicture>} */
  addInput: (picture) => call('POST', '/inputs', picture),

  /** @returns {Promise<import('./types.js').Annotator[]>} */
  annotators: async () => (await call('GET', '/annotators')).annotators,

  /**
   * Makes a control map.
   *
   * @param {string} id  the annotator's
   * @param {import('./types.js').InputPicture} picture
   * @param {Record<string, unknown>} parameters
   * @returns {Promise<Blob>} a PNG of the picture's size
   */
  annotate: async (id, picture, parameters) =>
    (await send('POST', `/annotators/${segment(id)}`, {picture: {id: picture.id}, parameters})).blob(),

  /** @param {string} id @returns {Promise<Job>} */
  job: (id) => call('GET', `/jobs/${segment(id)}`),

  /** @returns {Promise<Job[]>} the jobs that have not ended */
  activeJobs: async () => (await call('GET', '/jobs?state=queued,running&limit=50')).jobs,

  /** @param {string} id @returns {Promise<Job>} */
  cancel: (id) => call('DELETE', `/jobs/${segment(id)}`),

  /**
   * @param {string | null} [before]  continue behind this picture
   * @param {number} [limit]
   * @returns {Promise<{images: Image[], next: string | null}>} newest first
   */
  images: (before, limit = 40) =>
    call('GET', `/images?limit=${limit}${before ? `&before=${segment(before)}` : ''}`),

  /** @param {string} id @returns {Promise<void>} */
  deleteImage: (id) => call('DELETE', `/images/${segment(id)}`),

  /** @returns {Promise<Catalog>} */
  models: () => call('GET', '/models'),

  /** Reads the model folders again. @returns {Promise<Catalog>} */
  rescan: () => call('POST', '/models/rescan'),

  /** @returns {Promise<import('./types.js').FolderList>} */
  folders: () => call('GET', '/models/folders'),

  /** @param {string} path @returns {Promise<import('./types.js').FolderList>} */
  addFolder: (path) => call('POST', '/models/folders', {path}),

  /** @param {string} id @returns {Promise<import('./types.js').FolderList>} */
  removeFolder: (id) => call('DELETE', `/models/folders/${segment(id)}`),

  /** What would be downloaded. @param {string} address @returns {Promise<import('./types.js').Offer>} */
  lookAt: (address) => call('POST', '/models/look', {address}),

  /** @returns {Promise<Download[]>} newest first */
  downloads: async () => (await call('GET', '/models/downloads')).downloads,

  /** @param {string} plan  id of what was looked at @returns {Promise<Download>} */
  startDownload: (plan) => call('POST', '/models/downloads', {plan}),

  /** @param {string} id @param {'pause' | 'resume'} what @returns {Promise<Download>} */
  steerDownload: (id, what) => call('POST', `/models/downloads/${segment(id)}/${what}`),

  /** Gives it up, or takes its model away. @param {string} id @returns {Promise<Download>} */
  removeDownload: (id) => call('DELETE', `/models/downloads/${segment(id)}`),

  /**
   * How many tokens prompts have.
   *
   * @param {{prompt: string, negative_prompt: string, model?: string, steps: number}} prompts
   * @returns {Promise<{prompt: PromptLength, negative_prompt: PromptLength}>}
   */
  promptLengths: (prompts) => call('POST', '/prompt-lengths', prompts),

  /** @returns {Promise<Sampler[]>} */
  samplers: async () => (await call('GET', '/samplers')).samplers,

  system: () => call('GET', '/system'),

  /** Frees the memory of a model that is idle, or of all of them. @param {number} [id] */
  free: (id) => call('DELETE', id === undefined ? '/memory' : `/memory/${id}`),

  /** @returns {Promise<{plugins: Plugin[], folder: string, upload: boolean}>} */
  plugins: () => call('GET', '/plugins'),

  /**
   * Installs a plugin's jar.
   *
   * @param {Blob} jar
   * @param {string} token
   * @returns {Promise<{plugins: Plugin[], folder: string, upload: boolean, installed: string}>}
   */
  installPlugin: (jar, token) =>
    call('POST', '/plugins', new Blob([jar], {type: 'application/java-archive'}), {Authorization: `Bearer ${token}`}),

  /**
   * @param {'enable' | 'disable' | 'reload' | 'remove'} action
   * @param {string} id
   * @param {boolean} cancel  whether to cancel the pictures that it takes part in
   * @returns {Promise<{plugins: Plugin[], folder: string, upload: boolean}>} the plugins once it is done
   */
  changePlugin: (action, id, cancel) =>
    call(
      action === 'remove' ? 'DELETE' : 'POST',
      `/plugins/${segment(id)}${action === 'remove' ? '' : `/${action}`}${cancel ? '?cancel=true' : ''}`,
    ),

  /** @returns {Promise<import('./types.js').JobType[]>} the long work of the plugins that run */
  jobTypes: async () => (await call('GET', '/job-types')).job_types,

  /** @returns {Promise<PluginJob[]>} newest first */
  pluginJobs: async () => (await call('GET', '/plugin-jobs')).plugin_jobs,

  /** @param {string} type @param {Record<string, unknown>} parameters @returns {Promise<PluginJob>} */
  startPluginJob: (type, parameters) => call('POST', '/plugin-jobs', {type, parameters}),

  /** @param {string} id @returns {Promise<PluginJob>} */
  cancelPluginJob: (id) => call('POST', `/plugin-jobs/${segment(id)}/cancel`),

  /** @param {string} id @returns {Promise<void>} */
  removePluginJob: (id) => call('DELETE', `/plugin-jobs/${segment(id)}`),
};
