import {connectEvents} from './events.js';
import {Feed} from './feed.js';
import {Gallery} from './gallery.js';
import {Library} from './library.js';
import {Plugins} from './plugins.js';
import {Previews} from './previews.js';
import {createStore, emptyState} from './store.js';
import {Studio} from './studio.js';
import {createAnnouncer} from './views/announcer.js';
import {createTopbar} from './views/topbar.js';

/**
 * What every place of the page has: its state, the studio's events in it, the top bar. A place adds
 * its own views to the store before it returns to the event loop.
 */
export function openShell() {
  const part = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const store = createStore(emptyState());
  const previews = new Previews();
  const gallery = new Gallery(store);
  const library = new Library(store);
  const studio = new Studio(store, gallery, previews);
  const plugins = new Plugins(store);
  const feed = new Feed(store, studio, gallery, library, plugins);
  /** @type {((event: any) => void)[]} */
  const listeners = [];
  const events = connectEvents({
    onEvent: (event) => {
      feed.receive(event);
      for (const listener of listeners) listener(event);
    },
    onPreview: (preview) => previews.receive(preview),
    onConnection: (connection) => store.update({connection}),
    onGap: () => {
      feed.resync();
      for (const listener of listeners) listener({type: 'gap'});
    },
  });
  store.subscribe(createTopbar(part('topbar'), part('banner'), () => events.retryNow(), (id) => library.free(id)));
  store.subscribe(createAnnouncer(part('announcer')));
  return {
    store,
    studio,
    gallery,
    library,
    previews,
    plugins,

    /** Hears every event, and one of the type `gap` when some were lost. @param {(event: any) => void} listener */
    listen: (listener) => void listeners.push(listener),
  };
}
