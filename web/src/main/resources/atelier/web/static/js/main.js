import {Annotators} from './annotators.js';
import {openShell} from './shell.js';
import {SettingsForm} from './views/form.js';
import {createHistory} from './views/history.js';
import {listenToKeys} from './views/keyboard.js';
import {Panels} from './views/panels.js';
import {createQueue} from './views/queue.js';
import {createStage} from './views/stage.js';

/** @param {string} id @returns {any} */
const part = (id) => document.getElementById(id);

const {store, studio, gallery, library, previews, plugins, listen} = openShell();
const annotators = new Annotators(store);
listen((event) => annotators.receive(event));
const panels = new Panels(part('panels'), plugins);
const form = new SettingsForm(part('settings'), studio, library, panels);

store.subscribe((state) => form.render(state));
store.subscribe((state) => panels.render(state));
store.subscribe(
  createStage(part('stage'), studio, previews, {
    reuse: (image) => form.reuse(image),
    reuseJob: (job) => form.reuseRequest(job.request),
    startFrom: (image) => form.startFrom(image.url),
    tryExample: (prompt) => {
      form.usePrompt(prompt);
      form.submit();
    },
    model: () => form.model,
  }),
);
store.subscribe(createQueue(part('queue'), part('stage'), studio));
store.subscribe(createHistory(part('history'), studio, gallery));
listenToKeys(studio, () => form.submit());
