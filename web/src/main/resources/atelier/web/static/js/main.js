import {connectEvents} from './events.js';
import {Feed} from './feed.js';
import {Gallery} from './gallery.js';
import {Library} from './library.js';
import {Previews} from './previews.js';
import {createStore, emptyState} from './store.js';
import {Studio} from './studio.js';
import {createAnnouncer} from './views/announcer.js';
import {SettingsForm} from './views/form.js';
import {createHistory} from './views/history.js';
import {listenToKeys} from './views/keyboard.js';
import {createQueue} from './views/queue.js';
import {createStage} from './views/stage.js';
import {createTopbar} from './views/topbar.js';

/** @param {string} id @returns {any} */
const part = (id) => document.getElementById(id);

const store = createStore(emptyState());
const previews = new Previews();
const gallery = new Gallery(store);
const library = new Library(store);
const studio = new Studio(store, gallery, previews);
const feed = new Feed(store, studio, gallery, library);
const form = new SettingsForm(part('settings'), studio, library);

store.subscribe((state) => form.render(state));
store.subscribe(
  createStage(part('stage'), studio, previews, {
    reuse: (image) => form.reuse(image),
    reuseJob: (job) => form.reuseRequest(job.request),
    tryExample: (prompt) => {
      form.usePrompt(prompt);
      form.submit();
    },
    model: () => form.model,
  }),
);
store.subscribe(createQueue(part('queue'), studio));
store.subscribe(createHistory(part('history'), studio, gallery));
store.subscribe(createTopbar(part('topbar'), part('banner'), () => events.retryNow()));
store.subscribe(createAnnouncer(part('announcer')));
listenToKeys(studio, () => form.submit());

const events = connectEvents({
  onEvent: (event) => feed.receive(event),
  onPreview: (preview) => previews.receive(preview),
  onConnection: (connection) => store.update({connection}),
  onGap: () => feed.resync(),
});
