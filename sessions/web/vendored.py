"""The vendored modules as one file, so that they cost one request; on disk they stay what their packages hold.

They are minified and use the same short names, so each is put in a function of its own, and its imports and exports
become what goes into and comes out of that function.
"""

import re
from collections.abc import Iterator, Mapping

_NAMES = r"\{(?P<names>[^}]*)\}"
_IMPORT = re.compile(rf"""\bimport{_NAMES}from["'](?P<specifier>[^"']+)["'];?""")
_PASSED_ON = re.compile(rf"""\bexport{_NAMES}from["'](?P<specifier>[^"']+)["'];?""")
_EXPORT = re.compile(rf"\bexport{_NAMES};?")
_DEFAULT = re.compile(r"\bexport default ")
_LEFT = re.compile(r"""\b(?:import|export)\b\s*[{*]|\bimport\s*["']|\bexport\s+\w""")


def joined(sources: Mapping[str, str], wanted: Mapping[str, set[str]]) -> str:
    """One module of all *sources* (specifier -> source, each after what it imports) that exports what is *wanted*.

    Raises ValueError when a source has a form that is not known here, or when two give the same name.
    """
    parts: list[str] = []
    exported: set[str] = set()
    for number, (specifier, source) in enumerate(sources.items()):
        place = {name: f"$v{at}" for at, name in enumerate(sources) if at < number}
        names = sorted(wanted.get(specifier, set()) - {"default"})
        if both := exported.intersection(names):
            raise ValueError(f"{specifier} and another vendored file both export {', '.join(sorted(both))}")
        exported.update(names)
        parts.append(f"const $v{number}=(()=>{{{_body(specifier, source, place)}}})();")
        if names:
            parts.append(f"export const{{{','.join(names)}}}=$v{number};")
        if "default" in wanted.get(specifier, set()):
            parts.append(f"export default $v{number}.default;")
    return "\n".join([*parts, ""])


def _body(specifier: str, source: str, place: Mapping[str, str]) -> str:
    """The source as the body of a function that returns what it exports."""
    given: list[str] = []

    def keep(export: re.Match[str]) -> str:
        given.extend(f"{outside}:{inside}" for inside, outside in _pairs(export["names"]))
        return ""

    def pass_on(export: re.Match[str]) -> str:
        given.extend(f"{out}:{place[export['specifier']]}.{own}" for own, out in _pairs(export["names"]))
        return ""

    def take(imported: re.Match[str]) -> str:
        names = ",".join(f"{own}:{here}" for own, here in _pairs(imported["names"]))
        return f"const{{{names}}}={place[imported['specifier']]};"

    body = _EXPORT.sub(keep, _IMPORT.sub(take, _PASSED_ON.sub(pass_on, source)))
    if _DEFAULT.search(body):
        body = _DEFAULT.sub("const $default=", body, count=1)
        given.append("default:$default")
    if left := _LEFT.search(body):
        raise ValueError(
            f'{specifier}: "{body[left.start() : left.start() + 40]}" is no form that can be joined'
        )
    return f"{body.strip()}\nreturn{{{','.join(given)}}}"


def _pairs(names: str) -> Iterator[tuple[str, str]]:
    """("a", "b") for `a as b`, ("a", "a") for `a`."""
    for name in filter(None, (part.strip() for part in names.split(","))):
        first, _, second = name.partition(" as ")
        yield first, second or first
