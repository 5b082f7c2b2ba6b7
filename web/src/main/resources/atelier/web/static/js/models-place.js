import {openShell} from './shell.js';
import {createCatalog} from './views/catalog.js';

const {store, library} = openShell();
store.subscribe(createCatalog(/** @type {HTMLElement} */ (document.getElementById('catalog')), library));
