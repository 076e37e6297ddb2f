/** How figures are shown. */

const NUMBER = new Intl.NumberFormat("en");
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A number or BigInt with thousands separators. */
export function count(value) {
  return NUMBER.format(value);
}

/** A number a second. */
export function rate(value) {
  return value === null ? "–" : value >= 100 || value === 0 ? count(Math.round(value)) : value.toFixed(value < 1 ? 2 : 1);
}

export function bytes(value) {
  let size = 0;
  while (value >= 1024 && size < SIZES.length - 1) {
    value /= 1024;
    size++;
  }
  return `${size === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${SIZES[size]}`;
}

export function nanos(value) {
  if (value === null) {
    return "–";
  }
  const [number, unit] = value < 1e6 ? [value / 1e3, "µs"] : value < 1e9 ? [value / 1e6, "ms"] : [value / 1e9, "s"];
  return `${number < 10 ? number.toFixed(2) : number < 100 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}

export function seconds(value) {
  if (value < 60) {
    return `${Math.round(value)} s`;
  }
  if (value < 3600) {
    return `${Math.floor(value / 60)} min`;
  }
  return value < 172800 ? `${Math.floor(value / 3600)} h` : `${Math.floor(value / 86400)} days`;
}

/** YYYYMMDD as a number becomes YYYY-MM-DD. */
export function day(number) {
  const digits = String(number).padStart(8, "0");
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

/** YYYY-MM-DD becomes YYYYMMDD as a number. */
export function dayNumber(text) {
  return Number(text.replaceAll("-", ""));
}

export function addDays(text, days) {
  const date = new Date(`${text}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** A name with what cannot be seen, or would turn the text around, made visible. */
export function name(text) {
  const shown = text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return shown.trim() === "" ? `"${shown}"` : shown;
}

/** The value below which a share of what was counted lies, or null if nothing was. */
export function percentile(counts, bounds, share) {
  const all = counts.reduce((sum, value) => sum + value, 0);
  if (all === 0) {
    return null;
  }
  let left = share * all;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] > 0 && counts[i] >= left) {
      const low = i === 0 ? 0 : bounds[i - 1];
      const high = i < bounds.length ? bounds[i] : low;
      return low + (high - low) * (left / counts[i]);
    }
    left -= counts[i];
  }
  return bounds[bounds.length - 1];
}
