"""What pages fetch, kept from the last start: to join it takes a second of processor, to read it back a few hundredths.

It is kept where Python keeps what it has compiled, and counts as long as every file that it was made of is the same.
"""

import hashlib
import logging
import os
import pickle
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sessions.web import assets

logger = logging.getLogger(__name__)

_HERE = Path(__file__).resolve().parent
KEPT = _HERE / "__pycache__" / "assets.pickle"
_MAKERS = [
    *(_HERE / f"{name}.py" for name in ("assets", "js_module", "js_tokens", "linker", "vendored")),
    _HERE.parent / "texts.py",
]
_MADE_OF = ("*.js", "*.css", "*.json", "*.svg")


def kept_or_built(static: Path = assets.STATIC, kept: Path = KEPT) -> assets.Assets:
    """What `assets.build` makes of *static*; raises what that raises."""
    mark = _mark([*_MAKERS, *(path for kind in _MADE_OF for path in static.rglob(kind))])
    known = _read(kept, mark)
    if known is None:
        known = assets.build(static)
        _keep(kept, mark, known)
    return known


def _mark(files: Iterable[Path]) -> bytes:
    """Another one whenever a file, or the Python that reads them, is another one."""
    mark = hashlib.sha256(sys.version.encode())
    for file in sorted(files):
        content = file.read_bytes()
        mark.update(f"{file} {len(content)}\n".encode() + content)
    return mark.digest()


def _read(kept: Path, mark: bytes) -> assets.Assets | None:
    try:
        content = kept.read_bytes()
        if content[: len(mark)] == mark:
            found: assets.Assets = pickle.loads(content[len(mark) :])  # noqa: S301 (as much ours as compiled code)
            return found
    except FileNotFoundError:
        return None
    except Exception:
        # Half a file, for instance: it is made anew.
        logger.warning("%s cannot be read", kept, exc_info=True)
    return None


def _keep(kept: Path, mark: bytes, made: assets.Assets) -> None:
    """Nobody reads half of it; where nothing may be written, the next start takes as long as this one."""
    if sys.dont_write_bytecode:
        return
    with suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(mark + pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        fresh.replace(kept)
