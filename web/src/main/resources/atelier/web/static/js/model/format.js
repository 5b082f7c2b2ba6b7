const number = new Intl.NumberFormat('en', {maximumFractionDigits: 1});
/** @type {Intl.DateTimeFormatOptions} */
const THIS_YEAR = {day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit'};
const ordinals = new Intl.PluralRules('en', {type: 'ordinal'});
/** @type {Partial<Record<Intl.LDMLPluralRule, string>>} */
const ORDINAL_ENDINGS = {one: 'st', two: 'nd', few: 'rd'};

/** @param {number} value  at most one decimal */
export const decimal = (value) => number.format(value);

/** A share from 0 to 1, at most two decimals. @param {number} value */
export const fraction = (value) => String(Math.round(value * 100) / 100);

/** A file's size, in powers of 1000. @param {number} bytes */
export const size = (bytes) => scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB']);

/** A share of memory, in powers of 1024. @param {number} bytes */
export const memory = (bytes) => scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB']);

/** @param {number} bytes @param {number} base @param {string[]} units */
function scaled(bytes, base, units) {
  let value = bytes;
  let unit = 0;
  for (; value >= base && unit < units.length - 1; unit++) value /= base;
  return `${value < 10 ? number.format(value) : Math.round(value)} ${units[unit]}`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** An estimate, no more exact than it is. @param {number} seconds */
export function timeLeft(seconds) {
  return seconds < 0.5 ? 'almost done' : `about ${seconds < 10 ? `${decimal(Math.ceil(seconds * 2) / 2)} s` : duration(seconds)} left`;
}

/** The year is told only where it is not this one. @param {string} instant  ISO 8601 */
export function date(instant) {
  const then = new Date(instant);
  const year = then.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return then.toLocaleString(undefined, {...THIS_YEAR, year});
}

/** @param {number} n  1st, 2nd, … */
export const ordinal = (n) => `${n}${ORDINAL_ENDINGS[ordinals.select(n)] ?? 'th'}`;

/** @param {number} n @param {string} one @param {string} [many] */
export const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
