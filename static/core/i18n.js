/**
 * Texts in the language of the device; texts of the session itself come with the view, in the session's language.
 */
import { boot } from "./boot.js";
import { view } from "./store.js";

/** @type {Object<string, string>} */
let catalogue = {};
let language = "nl";
let plurals = new Intl.PluralRules(language);
let loaded = false;
/** @type {Map<number, Intl.NumberFormat>} */
const numberFormats = new Map();

/** Sets the texts; a page does not need this, its own come from the boot data. */
function useCatalogue(newLanguage, texts) {
  catalogue = texts;
  language = newLanguage;
  plurals = new Intl.PluralRules(language);
  numberFormats.clear();
  loaded = true;
}

/** More texts, of a part of the page that came later. */
export function addTexts(texts) {
  if (!loaded) useCatalogue(boot().language, boot().catalogue);
  Object.assign(catalogue, texts);
}

/**
 * The text of *key* with `{name}` filled in.  Where the catalogue has `key.one` and `key.other`, `n` chooses.
 *
 * @param {string} key
 * @param {Object<string, string | number>} [parameters]
 */
export function t(key, parameters = {}) {
  if (!loaded) useCatalogue(boot().language, boot().catalogue);
  const text =
    catalogue[key] ??
    catalogue[`${key}.${plurals.select(Number(parameters.n))}`] ??
    catalogue[`${key}.other`];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (gap, name) => {
    const value = parameters[name] ?? gap;
    return typeof value === "number" ? formatNumber(value) : value;
  });
}

/** Attributes for an element with text of the session or of people: in their language, in its own direction. */
export function sessionText() {
  return { dir: "auto", lang: view.peek()?.session.language };
}

/** @param {number} digits  decimals, always that many */
export function formatNumber(value, digits = 0) {
  let numbers = numberFormats.get(digits);
  if (!numbers) {
    // Making one takes longer than all the rest of a text.
    numbers = new Intl.NumberFormat(language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: Math.max(digits, 2),
    });
    numberFormats.set(digits, numbers);
  }
  return numbers.format(value);
}

/** Hours and minutes of a moment in milliseconds since 1970. */
export function formatTime(moment) {
  return new Date(moment).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

/** @param {string} day  as `2026-03-31`; anything else comes back as it is */
export function formatDate(day) {
  return formatDay(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/**
 * A day in few words.
 *
 * @param {string} day  as `2026-03-31`; anything else comes back as it is
 * @param {Intl.DateTimeFormatOptions} [style]
 */
export function formatDay(day, style = { day: "numeric", month: "short", year: "numeric" }) {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return day;
  return new Date(year, month - 1, date).toLocaleDateString(language, style);
}

/** A length of time as `4:05`. */
export function formatDuration(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
