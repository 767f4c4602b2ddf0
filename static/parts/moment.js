/** Moments in a few words. */
import { boot } from "../core/boot.js";

/**
 * Day and time; of today only the time.
 *
 * @param {number} at  ms since 1970
 */
export function momentOf(at) {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(boot().language, {
    ...(!today && { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
  });
}
