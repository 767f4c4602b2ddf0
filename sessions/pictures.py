"""Pictures made of drawings, for programs that show no SVG.

The letters are those of a font that is installed with us: what the machine has makes no difference, so the same drawing
is the same picture.  The font knows Latin, Greek and Cyrillic letters; of what it does not know the picture shows a box.
"""

import resvg_py
from ttf_opensans import OPENSANS_REGULAR, OPENSANS_SEMIBOLD

ZOOM = 2
"""Pixels for a unit of a drawing: about 190 to the inch on A4."""

_FAMILY = "Open Sans"


def png(svg: str) -> bytes:
    """The drawing on white paper."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=ZOOM,
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
