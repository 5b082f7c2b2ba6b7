import {Downloads} from './downloads.js';
import {openShell} from './shell.js';
import {createCatalog} from './views/catalog.js';
import {createDownloads} from './views/downloads.js';
import {createGet} from './views/get.js';

/** @param {string} id @returns {any} */
const part = (id) => document.getElementById(id);

const {store, library, listen} = openShell();
const downloads = new Downloads(store);
listen((event) => downloads.receive(event));
createGet(part('get'), part('offer'), downloads);
store.subscribe(createDownloads(part('downloads'), downloads));
store.subscribe(createCatalog(part('catalog'), library, downloads));
