/** The server's clock, so that a timer ends at the same moment on every device. */
import { useEffect, useState } from "preact/hooks";

const TICK_MS = 250;

let offset = 0;
let bestTrip = Number.POSITIVE_INFINITY;

/** Milliseconds since 1970 by the server's clock. */
export function serverNow() {
  return Date.now() + offset;
}

/** Learns the server's clock from an answer to a question sent at *asked*; the quickest trip tells it best. */
export function learnTime(serverTime, asked, answered = Date.now()) {
  const trip = answered - asked;
  if (trip < 0 || trip > bestTrip) return;
  bestTrip = trip;
  offset = serverTime - (asked + answered) / 2;
}

/** Milliseconds until *ends* by the server's clock, never below 0; draws the component again every second. */
export function useTimeLeft(ends) {
  const left = () => Math.max(0, ends - serverNow());
  const [, setSeconds] = useState(0);
  useEffect(() => {
    const ticking = setInterval(() => setSeconds(Math.ceil(left() / 1000)), TICK_MS);
    return () => clearInterval(ticking);
  }, [ends]);
  return left();
}
