/** A text as the server sends it: nodes of an allow-list, checked here once more because it becomes elements. */
import { h } from "preact";
import { html } from "../core/dom.js";
import { sessionText } from "../core/i18n.js";

/** @typedef {string | [string, Object<string, string | number>, ...any[]]} TextNode */

const TAGS = new Set(
  "p h1 h2 h3 h4 h5 h6 ul ol li strong em a blockquote code pre br hr table thead tbody tr th td".split(" "),
);
const ADDRESS = /^(https?:\/\/|mailto:)/i;

/** @param {{nodes: TextNode[] | undefined}} props */
export function Prose({ nodes }) {
  return html`<div class="prose" ...${sessionText()}>${(nodes ?? []).map(proseNode)}</div>`;
}

/** @param {TextNode} node */
function proseNode(node) {
  if (typeof node === "string") return node;
  const [tag, attributes, ...children] = node;
  if (!TAGS.has(tag)) return children.map(proseNode);
  return h(tag, safeAttributes(tag, attributes ?? {}), ...children.map(proseNode));
}

/**
 * @param {string} tag
 * @param {{href?: any, start?: any, scope?: any}} attributes
 */
function safeAttributes(tag, { href, start, scope }) {
  if (tag === "a" && ADDRESS.test(href ?? "")) return { href, rel: "noopener", target: "_blank" };
  if (tag === "ol" && start) return { start: Number(start) };
  return tag === "th" && scope ? { scope: String(scope) } : {};
}
