const number = new Intl.NumberFormat('en', {maximumFractionDigits: 1});
const dateTime = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'});
const ordinals = new Intl.PluralRules('en', {type: 'ordinal'});
const ORDINAL_ENDINGS = {one: 'st', two: 'nd', few: 'rd'};

/** @param {number} value  at most one decimal */
export const decimal = (value) => number.format(value);

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const exponent = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** exponent;
  return `${value < 10 ? number.format(value) : Math.round(value)} ${['B', 'kB', 'MB', 'GB'][exponent]}`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** @param {string} instant  ISO 8601 */
export const date = (instant) => dateTime.format(new Date(instant));

/** @param {number} n  1st, 2nd, … */
export const ordinal = (n) => `${n}${ORDINAL_ENDINGS[ordinals.select(n)] ?? 'th'}`;

/** @param {number} n @param {string} one @param {string} [many] */
export const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
