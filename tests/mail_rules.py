"""What the HTML of a mail may hold, so that Outlook (Word), Gmail and a phone show it as it is meant.

Each rule says which program it is for.  `broken_rules` looks at the HTML without its ``<style>``, because Gmail may take
that out: nothing may depend on it.
"""

import re
from html.parser import HTMLParser

CLIPPED_BYTES = 102_000
WIDEST = 640

TAGS = {
    "html", "head", "meta", "title", "style", "body", "table", "thead", "tbody", "tr", "td", "th", "div", "p", "br",
    "h1", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre",
}  # fmt: skip
"""What every program knows: no svg, img, picture, video, script, form, iframe, section, article, details."""

PROPERTIES = {
    "margin", "padding", "border", "border-bottom", "border-top", "border-left", "border-collapse", "width", "max-width",
    "background-color", "color", "font", "font-family", "font-size", "line-height", "white-space", "overflow-x", "table-layout",
}  # fmt: skip
"""No position, float, display, flex, grid, transform, opacity, background-image, calc(), var()."""

ATTRIBUTES = {
    "style", "class", "width", "bgcolor", "align", "valign", "cellpadding", "cellspacing", "border", "role", "lang",
    "href", "start", "scope", "charset", "name", "content",
}  # fmt: skip


class _Rules(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.broken: list[str] = []
        self.in_style = False
        self.style = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.in_style = tag == "style"
        if tag not in TAGS:
            self.broken.append(f"Gmail takes out <{tag}>, or Outlook does not know it")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.broken.append(f"{name} on <{tag}> is none that mail programs keep")
            if (
                re.search(r"(data|javascript|cid|vbscript):", value or "", re.IGNORECASE)
                and name != "content"
            ):
                self.broken.append(f"Gmail and Outlook show nothing that is embedded: {value}")
        if tag == "a" and not re.match(r"(https?://|mailto:)", given.get("href") or ""):
            self.broken.append(f"a link that leads nowhere outside the server: {given.get('href')}")
        self._look(tag, given)

    def _look(self, tag: str, given: dict[str, str | None]) -> None:
        look = dict(part.split(":", 1) for part in (given.get("style") or "").split(";") if ":" in part)
        for name, value in look.items():
            if name not in PROPERTIES:
                self.broken.append(f"Outlook or Gmail ignores {name} on <{tag}>")
            if re.search(r"url\(|calc\(|var\(|!important|\d(rem|vw|vh|ch)\b", value):
                self.broken.append(f"Outlook does not understand {name}:{value}")
        if colour := look.get("background-color"):
            if (given.get("bgcolor") or "").lower() != colour.lower():
                self.broken.append(f"Outlook needs bgcolor={colour} on <{tag}>")
        elif given.get("bgcolor"):
            self.broken.append(f"Gmail needs background-color on <{tag}>")
        width = given.get("width") or ""
        if width and not width.endswith("%") and int(width) > WIDEST:
            self.broken.append(f"wider than {WIDEST}: <{tag} width={width}>")
        if "max-width" in look and not width:
            self.broken.append(f"Outlook does not know max-width: <{tag}> needs a width")
        if tag == "table" and {"cellpadding", "cellspacing", "border"} - given.keys():
            self.broken.append("Outlook puts gaps into a table that does not say it wants none")
        if tag in ("p", "h1", "h2", "h3", "h4", "th", "li") and not {"font", "font-size"} & look.keys():
            self.broken.append(f"Outlook does not inherit into tables: <{tag}> says no font")

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.style += data
            self.in_style = False


def without_style(html: str) -> str:
    """The mail as Gmail shows it to some."""
    return re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def broken_rules(html: str) -> list[str]:
    """What is wrong with the HTML of a mail; nothing, when every program can show it."""
    rules = _Rules()
    rules.feed(re.sub(r"<!--\[if mso\]>.*?<!\[endif\]-->", "", without_style(html), flags=re.DOTALL))
    rules.close()
    full = _Rules()
    full.feed(html)
    if re.sub(r"@media \(prefers-color-scheme:dark\)\{(?:[^{}]+\{[^{}]*\})*\}", "", full.style).strip():
        rules.broken.append("the look depends on <style>, which Gmail may take out")
    if re.search(r"@import|url\(|@font-face|<link", html):
        rules.broken.append("nothing is fetched: programs do not, or ask first")
    if len(html.encode()) > CLIPPED_BYTES:
        rules.broken.append(f"Gmail clips what is over {CLIPPED_BYTES} bytes")
    if re.search(r"<!--(?!\[if mso\]>)", html):
        rules.broken.append("a comment that is not for Outlook")
    if not html.startswith("<!doctype html>"):
        rules.broken.append("without a doctype programs fall back to quirks")
    if not re.search(r'<html lang="(nl|en)">', html):
        rules.broken.append("screen readers need the language")
    return rules.broken
