"""Pictures made of drawings, for programs that show no SVG.

The letters are those of a font that is installed with us: what the machine has makes no difference, so the same drawing
is the same picture.  The font knows Latin, Greek and Cyrillic letters; of what it does not know the picture shows a box.
"""

import re
from functools import lru_cache

import resvg_py
from ttf_opensans import OPENSANS_REGULAR, OPENSANS_SEMIBOLD

ZOOM = 2
"""Pixels for a unit of a drawing that fills the width of A4: about 190 to the inch."""

_FAMILY = "Open Sans"
_MOST_KEPT = 32
"""Pictures of a few hundred kilobytes at most."""
_SIZE = re.compile(r'viewBox="\S+ \S+ \S+ ([0-9.]+)"')
_TOLD = re.compile(r"<(title|desc)>[^<]*</\1>")


def png(svg: str, highest: float) -> bytes:
    """The drawing on white paper, which it stands on smaller when it is higher than so many units."""
    size = _SIZE.search(svg)
    shrunk = min(1.0, highest / float(size[1])) if size else 1.0
    return _seen(_TOLD.sub("", svg), round(ZOOM * shrunk, 3))


@lru_cache(_MOST_KEPT)
def _seen(svg: str, zoom: float) -> bytes:
    """A picture takes a tenth of a second, and in a round about many items many figures differ in their title only."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            background="white",
            skip_system_fonts=True,
            font_files=[str(font.path) for font in (OPENSANS_REGULAR, OPENSANS_SEMIBOLD)],
            font_family=_FAMILY,
            sans_serif_family=_FAMILY,
        )
    )


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels; they stand at the same place in every one."""
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
