"""Incoming: the JSON that clients send, of which every text can be stored and sent on.

A browser may send half a character, of an emoji that was cut in two: JSON can say that and UTF-8 cannot.  It is dropped
here, from keys as well as values, so that nothing behind this door comes upon one.
"""

import json
from typing import Any

import msgspec


def read_json(sent: str | bytes, **options: Any) -> Any:
    """The value of JSON; raises ValueError, also when it is nested too deep."""
    try:
        return msgspec.json.decode(sent)
    except (msgspec.DecodeError, UnicodeError):
        # It may be good JSON all the same: with half a character, or in another encoding than UTF-8.
        pass
    except RecursionError:
        raise ValueError("nested too deep") from None
    try:
        return _whole(json.loads(sent, **options))
    except RecursionError:
        raise ValueError("nested too deep") from None


def _whole(value: Any) -> Any:
    """The same without half characters."""
    match value:
        case str():
            return value.encode("utf-8", "ignore").decode()
        case dict():
            return {_whole(key): _whole(inner) for key, inner in value.items()}
        case list():
            return [_whole(inner) for inner in value]
    return value
