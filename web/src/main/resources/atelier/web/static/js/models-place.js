import {Downloads} from './downloads.js';
import {Folders} from './folders.js';
import {openShell} from './shell.js';
import {createCatalog} from './views/catalog.js';
import {createDownloads} from './views/downloads.js';
import {createFolders} from './views/folders.js';
import {createGet} from './views/get.js';

/** @param {string} id @returns {any} */
const part = (id) => document.getElementById(id);

const {store, library, listen} = openShell();
const downloads = new Downloads(store);
const folders = new Folders(store);
listen((event) => downloads.receive(event));
listen((event) => folders.receive(event));
createGet(part('get'), part('offer'), downloads);
store.subscribe(createDownloads(part('downloads'), part('catalog'), downloads));
store.subscribe(createCatalog(part('catalog'), library, downloads));
store.subscribe(createFolders(part('folders'), folders));
