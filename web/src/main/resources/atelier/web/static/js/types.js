/**
 * Shapes shared by the modules: what the API sends and what the page keeps. Types only.
 *
 * @typedef {object} ImageRequest  what a picture is made from, as the API spells it
 * @property {string} model
 * @property {string} prompt
 * @property {string} negative_prompt
 * @property {number} width
 * @property {number} height
 * @property {number} steps
 * @property {number} guidance_scale
 * @property {number} guidance_rescale
 * @property {string} sampler
 * @property {string} schedule_type
 * @property {number} seed  -1 in a new request asks for a random one
 * @property {number} batch_size
 * @property {'seed_plus_index' | 'one_generator'} batch_noise
 * @property {number} clip_skip
 * @property {string} vae  `Automatic`, `None` (the model's own) or the id of one
 * @property {Record<string, Record<string, unknown>>} [plugins]  parameters by plugin
 * @property {Start | null} start  the picture to begin with
 * @property {{width: number, height: number, upscaler: string, steps: number, strength: number} | null} hires
 *     a second run on the enlarged picture
 * @property {{seed: number, strength: number} | null} variation  another seed's noise in its own
 * @property {{width: number, height: number} | null} seed_resize  the size that its noise is drawn at
 *
 * @typedef {{id: string, width: number, height: number}} InputPicture  a picture sent to begin with
 *
 * @typedef {object} Start
 * @property {InputPicture} picture
 * @property {string} resize_mode
 * @property {number} strength
 * @property {{picture: InputPicture, inverted: boolean, blur: number, content: string, only_masked: boolean, padding: number} | null} mask
 *
 * @typedef {object} Image  one picture in the gallery
 * @property {string} id
 * @property {string} job_id
 * @property {number} index  its place in the batch, from 0
 * @property {ImageRequest} request
 * @property {number} seed  the seed of this very picture
 * @property {number} width
 * @property {number} height
 * @property {string} parameters
 * @property {number} bytes
 * @property {string} created_at
 * @property {string} url
 * @property {string} thumbnail_url
 *
 * @typedef {object} Progress
 * @property {number} step
 * @property {number} steps
 * @property {string} phase
 * @property {number} elapsed_seconds
 * @property {number | null} eta_seconds
 * @property {number} [at]  performance.now() of its arrival, added by the page
 *
 * @typedef {object} Job
 * @property {string} id
 * @property {'queued' | 'running' | 'done' | 'failed' | 'cancelled'} state
 * @property {ImageRequest} request
 * @property {string} created_at
 * @property {string | null} started_at
 * @property {string | null} finished_at
 * @property {Progress | null} progress
 * @property {string | null} error
 * @property {Image[]} images
 *
 * @typedef {object} Model
 * @property {string} id
 * @property {string} name
 * @property {'checkpoint' | 'vae' | 'lora' | 'embedding' | 'controlnet'} kind
 * @property {string} path
 * @property {number} bytes
 * @property {number} default_size  0 when not known
 * @property {string | null} sha256
 * @property {boolean} inpainting
 * @property {string[]} notes
 * @property {boolean} usable
 * @property {string | null} problem
 *
 * @typedef {object} Property  a parameter in a panel's schema
 * @property {'number' | 'integer' | 'boolean' | 'string' | 'array' | 'object'} type
 * @property {unknown} default
 * @property {string} [title]
 * @property {string} [description]
 * @property {string[]} [enum]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [multipleOf]
 * @property {number} [maxLength]
 *
 * @typedef {{properties?: Record<string, Property>}} Schema
 *
 * @typedef {{id: string, title: string, schema: Schema}} Annotator  makes control maps
 *
 * @typedef {object} Panel
 * @property {'generate'} place
 * @property {string} title
 * @property {Schema} schema
 * @property {string | null} html  null where the fields are made from the schema
 * @property {string | null} module
 *
 * @typedef {object} Plugin
 * @property {string} id
 * @property {string} version
 * @property {string} description
 * @property {string} file
 * @property {'running' | 'stopping' | 'disabled' | 'waiting' | 'failed'} state
 * @property {string | null} problem
 * @property {string[]} notes
 * @property {number} pictures
 * @property {number} memory_bytes
 * @property {Panel[]} panels
 *
 * @typedef {{id: string, plugin: string, title: string, schema: Schema}} JobType  long work that a plugin can do
 *
 * @typedef {object} PluginJob  a piece of it
 * @property {string} id
 * @property {number} revision  the higher, the newer; progress apart
 * @property {string} type  the plugin's id, a dot and the type's own
 * @property {string} title
 * @property {Job['state']} state
 * @property {Record<string, unknown>} parameters
 * @property {string} created_at
 * @property {string | null} started_at  when it last began to run
 * @property {string | null} finished_at
 * @property {string | null} error
 * @property {{name: string, url: string}[]} results
 * @property {PluginProgress | null} progress
 *
 * @typedef {object} PluginProgress
 * @property {number} step
 * @property {number} of
 * @property {string} text
 * @property {number} elapsed_seconds
 * @property {number | null} eta_seconds
 * @property {number} [at]  performance.now() of its arrival, added by the page
 *
 * @typedef {{tokens: number, room: number}} PromptLength
 *
 * @typedef {object} Sampler
 * @property {string} name
 * @property {'converging' | 'stochastic' | 'distilled'} kind  what more steps do
 * @property {string[]} schedule_types  those that it can have
 * @property {string} automatic  the one that it has by itself
 *
 * @typedef {{models: Model[], folders: {path: string, problem: string | null}[]}} Catalog
 *
 * @typedef {object} Folder  that models are looked for in
 * @property {string | null} id  what it is taken off the list by; null when it cannot be
 * @property {string} path
 * @property {'named' | 'added' | 'downloads' | 'built_in'} origin
 * @property {'a1111' | 'comfyui' | 'atelier' | 'diffusers' | null} layout
 * @property {number} models
 * @property {string | null} problem
 *
 * @typedef {{changeable: boolean, folders: Folder[]}} FolderList
 *
 * @typedef {object} Device
 * @property {string} name
 * @property {number} budget_bytes
 * @property {number} used_bytes
 * @property {number} peak_bytes  the most since the studio's start
 * @property {Loaded[]} models
 *
 * @typedef {object} Loaded  a part of a model in memory
 * @property {number} id
 * @property {string} part
 * @property {string[]} models  ids of the models that have it in common
 * @property {number} bytes
 * @property {number} leases  0 when it is idle
 *
 * @typedef {object} System
 * @property {string} version
 * @property {string} device
 * @property {Device[]} devices
 *
 * @typedef {object} DownloadPlan
 * @property {string} [id]
 * @property {string} address
 * @property {string} source
 * @property {string | null} page
 * @property {string} name
 * @property {Model['kind']} kind
 * @property {string | null} base_model
 * @property {string | null} license
 * @property {boolean} folder
 * @property {string} target
 * @property {number} bytes
 * @property {{path: string, url: string, bytes: number | null, hash: string | null}[]} files
 * @property {string[]} notes
 *
 * @typedef {{plan: DownloadPlan | null, choices: {address: string, name: string, bytes: number | null}[], folder: string}} Offer
 *
 * @typedef {object} Download
 * @property {string} id
 * @property {number} revision  the higher, the newer
 * @property {'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'removed'} state
 * @property {DownloadPlan} plan
 * @property {string | null} path
 * @property {string | null} error
 * @property {DownloadProgress | null} progress
 *
 * @typedef {object} DownloadProgress
 * @property {'downloading' | 'waiting' | 'checking'} phase
 * @property {number} bytes
 * @property {number | null} total
 * @property {number} bytes_per_second
 * @property {number | null} eta_seconds
 *
 * @typedef {object} Connection
 * @property {'connecting' | 'connected' | 'reconnecting' | 'offline'} state
 * @property {string} [reason]  one sentence for the user
 *
 * @typedef {{kind: 'live'} | {kind: 'job', id: string} | {kind: 'image', id: string}} Stage
 *     what the stage was asked to show; `live` follows the work
 *
 * @typedef {object} State  everything the page shows, apart from the form's own fields
 * @property {Connection} connection
 * @property {System | null} system
 * @property {{queued: number, running: number}} queue
 * @property {Catalog | null} catalog
 * @property {string | null} catalogProblem
 * @property {FolderList | null} folders  known to the place of the models only
 * @property {Download[]} downloads  newest first; known to the place of the models only
 * @property {Sampler[]} samplers
 * @property {Annotator[]} annotators  known where pictures are made only
 * @property {Plugin[] | null} plugins  null when not known yet
 * @property {string | null} pluginFolder
 * @property {boolean} [pluginUpload]  whether jars can be installed from the page
 * @property {string | null} pluginProblem
 * @property {JobType[] | null} jobTypes  null when not known yet; as are its jobs, known to the place of the plugins only
 * @property {PluginJob[]} pluginJobs  newest first
 * @property {Job[]} jobs  the jobs this page knows, oldest first
 * @property {string | null} liveId  the job that a `live` stage follows
 * @property {Stage} stage
 * @property {{images: Image[], next: string | null | undefined, loading: boolean, problem: string | null}} history
 *     `next` is undefined until the first page has come
 * @property {string | null} deleting  the picture whose deletion waits for a yes
 * @property {string | null} memoryProblem  why memory could not be freed
 * @property {string | null} stageProblem  why an action on the stage did not work
 */
export {};
