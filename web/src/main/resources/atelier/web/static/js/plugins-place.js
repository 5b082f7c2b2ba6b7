import {PluginJobs} from './plugin-jobs.js';
import {openShell} from './shell.js';
import {createPluginJobs} from './views/plugin-jobs.js';
import {createPluginList} from './views/plugin-list.js';

/** @param {string} id @returns {any} */
const part = (id) => document.getElementById(id);

const {store, plugins, listen} = openShell();
const jobs = new PluginJobs(store);
listen((event) => jobs.receive(event));
store.subscribe(createPluginJobs(part('jobs'), jobs));
store.subscribe(createPluginList(part('plugin-list'), plugins));
