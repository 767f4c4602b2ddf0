/** What the facilitator is about to press does not run away while cards come in above it. */
import { useEffect } from "preact/hooks";

/**
 * Keeps what the pointer or the focus was on last, within the part of the page that scrolls, as high in the window as
 * it is.  A browser's own scroll anchoring keeps what stands at the top, which may be the box that grows.
 */
export function useSteady() {
  useEffect(() => {
    const main = document.getElementById("main");
    if (!main) return;
    /** @type {Element | undefined} */
    let held;
    let top = 0;
    const look = () => {
      top = held?.getBoundingClientRect().top ?? 0;
    };
    const hold = (event) => {
      held = event.target === main ? undefined : event.target;
      main.style.overflowAnchor = held ? "none" : "";
      look();
    };
    const release = () => hold({ target: main });
    // Before anything of the change is painted.
    const keep = () => {
      if (held?.isConnected && held.checkVisibility())
        main.scrollTop += held.getBoundingClientRect().top - top;
      else if (held) release();
      look();
    };
    const watch = new MutationObserver(keep);
    watch.observe(main, { childList: true, subtree: true, characterData: true });
    const told = { pointerover: hold, focusin: hold, pointerleave: release, scroll: look };
    for (const [event, listener] of Object.entries(told)) main.addEventListener(event, listener);
    addEventListener("resize", look);
    return () => {
      release();
      watch.disconnect();
      for (const [event, listener] of Object.entries(told)) main.removeEventListener(event, listener);
      removeEventListener("resize", look);
    };
  }, []);
}
