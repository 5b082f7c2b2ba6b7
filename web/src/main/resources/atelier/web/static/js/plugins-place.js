import {openShell} from './shell.js';
import {createPluginList} from './views/plugin-list.js';

const {store, plugins} = openShell();
store.subscribe(createPluginList(/** @type {HTMLElement} */ (document.getElementById('plugin-list')), plugins));
