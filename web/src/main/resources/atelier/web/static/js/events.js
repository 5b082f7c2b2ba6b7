/** @typedef {import('./types.js').Connection} Connection */

/**
 * One preview frame.
 *
 * @typedef {{jobId: string, index: number, step: number, jpeg: Blob}} Preview
 */

const PREVIEW_VERSION = 1;
const PREVIEW_HEADER = 20;
const FIRST_DELAY = 400;
const LONGEST_DELAY = 8000;
/** Attempts that may fail before the page speaks of being offline. */
const PATIENCE = 2;

/**
 * Reads a binary frame: version, index in the batch, step (uint16), job id (UUID), then a JPEG.
 *
 * @param {ArrayBuffer} frame
 * @returns {Preview | null} null for a version this page does not know
 */
export function parsePreview(frame) {
  if (frame.byteLength <= PREVIEW_HEADER) return null;
  const view = new DataView(frame);
  if (view.getUint8(0) !== PREVIEW_VERSION) return null;
  const hex = Array.from(new Uint8Array(frame, 4, 16), (b) => b.toString(16).padStart(2, '0')).join('');
  return {
    jobId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    index: view.getUint8(1),
    step: view.getUint16(2),
    jpeg: new Blob([new Uint8Array(frame, PREVIEW_HEADER)], {type: 'image/jpeg'}),
  };
}

/**
 * Listens to the studio's events for as long as the page lives, reconnecting with a growing pause.
 *
 * @param {object} handlers
 * @param {(event: any) => void} handlers.onEvent
 * @param {(preview: Preview) => void} handlers.onPreview
 * @param {(connection: Connection) => void} handlers.onConnection
 * @param {() => void} handlers.onGap  an event was lost on the way
 * @returns {{retryNow: () => void}}
 */
export function connectEvents({onEvent, onPreview, onConnection, onGap}) {
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/events`;
  /** @type {WebSocket | null} */
  let socket = null;
  let failures = 0;
  let timer = 0;

  function open() {
    clearTimeout(timer);
    let expected = 0;
    socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({data}) => {
      if (typeof data !== 'string') {
        const preview = parsePreview(data);
        if (preview) onPreview(preview);
        return;
      }
      const event = JSON.parse(data);
      if (event.type === 'hello') {
        failures = 0;
        onConnection({state: 'connected'});
      } else if (event.seq !== expected) {
        onGap();
      }
      expected = event.seq + 1;
      onEvent(event);
    };
    socket.onclose = () => {
      socket = null;
      failures += 1;
      const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (failures - 1));
      onConnection(
        failures <= PATIENCE
          ? {state: 'reconnecting', reason: 'The connection to the studio was lost.'}
          : {
              state: 'offline',
              reason: 'The studio does not answer. Is it still running? Reconnecting by itself.',
            },
      );
      // A little chance in the pause keeps many pages from returning at the same instant.
      timer = setTimeout(open, delay * (0.8 + 0.4 * Math.random()));
    };
  }

  function retryNow() {
    if (!socket) open();
  }

  open();
  addEventListener('online', retryNow);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') retryNow();
  });
  return {retryNow};
}
