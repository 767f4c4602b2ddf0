"""WebSocket frames: whole messages come out, however the bytes come in; broken rules end the connection."""

import sys
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from eventlet.websocket import RFC6455WebSocket
from hypothesis import given
from hypothesis import strategies as st

from sessions.web import frames
from sessions.web.frames import BINARY, CLOSE, CONTINUED, PING, PONG, TEXT, Reader, Unacceptable
from tests.sockets import MASK, sent

MOST = 1_000


def heard(*chunks: bytes, most: int = MOST) -> list[tuple[int, bytes]]:
    reader = Reader(most)
    return [message for chunk in chunks for message in reader.feed(chunk)]


@given(
    st.lists(st.tuples(st.sampled_from([TEXT, BINARY, PING, PONG]), st.binary(max_size=125))),
    st.lists(st.integers(0, 800)),
    st.binary(min_size=4, max_size=4),
)
def test_messages_come_out_whole_wherever_the_stream_is_cut(messages, cuts, mask):
    stream = b"".join(sent(payload, opcode, mask=mask) for opcode, payload in messages)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[start:end] for start, end in pairwise(edges)]
    assert heard(*chunks) == messages


@given(st.lists(st.binary(max_size=90), min_size=1, max_size=6), st.booleans())
def test_parts_become_one_message_also_with_a_ping_between_them(parts, with_ping):
    stream = b""
    for n, part in enumerate(parts):
        stream += sent(part, CONTINUED if n else TEXT, final=n == len(parts) - 1)
        stream += sent(b"?", PING) if with_ping else b""
    messages = heard(stream)
    assert [payload for opcode, payload in messages if opcode == TEXT] == [b"".join(parts)]
    assert len(messages) == 1 + with_ping * len(parts)


@pytest.mark.parametrize("length", [0, 125, 126, 1_000])
def test_a_message_may_be_as_long_as_the_limit(length):
    assert heard(sent(b"x" * length)) == [(TEXT, b"x" * length)]


@pytest.mark.parametrize(
    ("stream", "status"),
    [
        (sent(b"x" * 1_001), frames.TOO_BIG),
        (sent(b"x" * 70_000)[:14], frames.TOO_BIG),
        (sent(b"x" * 600, final=False) + sent(b"x" * 600, CONTINUED), frames.TOO_BIG),
        (sent(final=False) + sent(b"", CONTINUED, final=False) * 2_000, frames.TOO_BIG),
        (b"\x81\x01x", frames.PROTOCOL_ERROR),
        (b"\xc1\x80" + MASK, frames.PROTOCOL_ERROR),
        (sent(b"", 3), frames.PROTOCOL_ERROR),
        (sent(b"", 11), frames.PROTOCOL_ERROR),
        (sent(b"", CONTINUED), frames.PROTOCOL_ERROR),
        (sent(b"a", final=False) + sent(b"b"), frames.PROTOCOL_ERROR),
        (sent(b"", PING, final=False), frames.PROTOCOL_ERROR),
        (sent(b"x" * 126, CLOSE), frames.PROTOCOL_ERROR),
    ],
)
def test_who_breaks_the_rules_hears_which(stream, status):
    with pytest.raises(Unacceptable) as refused:
        heard(stream)
    assert refused.value.status == status


@given(st.binary(max_size=4_000))
def test_bytes_that_are_no_websocket_never_crash_the_reader(noise):
    with suppress(Unacceptable):
        heard(noise)


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4))
def test_unmasking_gives_what_the_library_gives(data, mask):
    assert frames.unmask(data, mask) == RFC6455WebSocket._apply_mask(data, mask)


def test_unmasking_takes_the_same_few_steps_for_any_length():
    """eventlet goes byte by byte, and 64 kB stop the whole server for 30 ms."""
    data = bytes(65_536)
    assert steps(lambda: frames.unmask(data, MASK)) < 20
    assert steps(lambda: RFC6455WebSocket._apply_mask(data, MASK)) > 65_536


def steps(action: Any) -> int:
    """How many lines of Python run."""
    count = 0

    def trace(*_: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_what_we_send_says_how_long_it_is(length):
    head = frames.header(length)
    assert head[0] == 0x81
    size = head[1]
    if size > 125:
        size = int.from_bytes(head[2:], "big")
    assert size == length
    assert len(head) == (2 if length < 126 else 4 if length < 65_536 else 10)
