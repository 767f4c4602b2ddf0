/** A field that says what stands in it once it is left; news from elsewhere never takes away what somebody types in it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "../core/dom.js";

/**
 * While it has the focus it shows what was typed.  After that, what was committed stands until *value* is another one:
 * the answer to it, or what somebody else made of it since.  What was refused stays, to be mended.
 *
 * @typedef {{text: string, over?: string, refused?: boolean}} Draft
 *   over: the value that was committed over; absent as long as there is something to commit
 *
 * @param {{value: string | number, onCommit: (text: string) => any, onType?: (text: string) => void,
 *   [prop: string]: any}} props  onCommit: may promise an answer of the server
 */
export function CommitField({ value, onCommit, onType, ...props }) {
  const known = `${value}`;
  const [, redraw] = useState(0);
  const draft = useRef(/** @type {Draft | undefined} */ (undefined));
  const focused = useRef(false);
  const keep = (next) => {
    draft.current = next;
    redraw((count) => count + 1);
  };
  const commit = async () => {
    if (!draft.current || draft.current.over !== undefined) return;
    const { text } = draft.current;
    if (text === known) return keep(undefined);
    const committed = { text, over: known };
    keep(committed);
    const answer = await onCommit(text);
    if (answer?.ok === false && draft.current === committed) keep({ text, refused: true });
  };
  const leaving = useRef(commit);
  leaving.current = commit;
  // Esc closes a dialog without leaving its field.
  useEffect(
    () => () => {
      if (!draft.current?.refused) leaving.current();
    },
    [],
  );
  const focus = (on) => {
    focused.current = on;
    const { over } = draft.current ?? {};
    keep(over === undefined || over === known ? draft.current : undefined);
  };
  const leave = () => {
    commit();
    focus(false);
  };
  const type = ({ currentTarget }) => {
    keep({ text: currentTarget.value });
    onType?.(currentTarget.value);
  };
  const kept = draft.current;
  const shown = kept && (focused.current || kept.refused || kept.over === known) ? kept.text : known;
  return html`
    <input ...${props} value=${shown} aria-invalid=${kept?.refused ? "true" : undefined}
      onFocus=${() => focus(true)} onInput=${type} onChange=${commit} onBlur=${leave} />
  `;
}
