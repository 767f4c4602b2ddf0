"""What is drawn fits its place, holds its figures as text, and can be told apart without colour."""

import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.charts import (
    Bar,
    Bars,
    Cell,
    Chart,
    Dots,
    HeatMap,
    Matrix,
    Medians,
    Row,
    Share,
    Spot,
    Tally,
    alternative,
    svg,
)
from sessions.drawing import BODY, EDGE, WIDTH, plain, width_of, wrapped
from sessions.results import Distribution, Score, distribution
from sessions.texts import texts
from sessions.tones import HEAT, HIGH, LOW, MIDDLE, OFF, Tone, scale_tones

NL = texts("nl")
SVG = "{http://www.w3.org/2000/svg}"
WORDS = ("Niet veel herkenning", "Enigszins herkenning", "Herkenning", "Sterke herkenning")
LONG = "Bestuursovereenkomstonderhandelingsdelegatieleiders en hun opvolgers in het waterschap"


def answers(*counts: int, off: int = 0) -> Distribution:
    scores: list[Score] = [point for point, count in enumerate(counts, 1) for _ in range(count)]
    scores += ["none"] * off
    return distribution(scores, len(counts))


def bars(title: str = LONG, counts: tuple[int, ...] = (1, 2, 9, 20), off: int = 3) -> Bars:
    return Bars(
        title,
        WORDS,
        (
            Row(title, (Bar(answers(*counts, off=off)),), reference=2),
            Row(title, (Bar(answers(4, 0, 0, 1), "Eerder", before=True), Bar(answers(0, 0, 0, 0), "Nu"))),
        ),
        "Kan ik niet beoordelen",
        "Sterke Lekdijk",
    )


def charts(title: str) -> list[Chart]:
    """One of each kind, with *title* wherever something has a title."""
    groups = (title, "Waterschap", "Andere organisaties")
    spots = tuple(Spot(title, 1 + n % 7 / 2, 4 - n % 5 / 2, (1, 0.5), title) for n in range(30))
    cells = tuple(
        tuple(Cell(n / 4, str(n), str(n) if n else "") if n != m else None for m in range(5))
        for n in range(5)
    )
    return [
        bars(title),
        Dots(title, WORDS, groups, (Medians(title, 2.5, (1, 4, None)), Medians("x", 4, (4, 4, 4)))),
        Dots(title, tuple("abcdefghijk"), groups, (Medians(title, 2.5, (2, 2.5, 11)),)),
        Matrix(title, title, "Belang", WORDS, spots, (title, "b", "c", "d")),
        HeatMap(title, (title,) * 5, (title, "b", "c", "d", "e"), cells, title, numbered=(1, 2, 3, 4, 5)),
        HeatMap(title, (title,) * 5, (title,) * 5, cells, first=15),
        HeatMap(title, ("r",), (title, "b"), ((Cell(1, "12"), Cell(0, "")),)),
        Tally(title, (Share(title, 1, "12 stippen, 60%"), Share("b", 0, "0 stippen"))),
    ]


EVERY = charts(LONG)
every_chart = pytest.mark.parametrize(
    "chart", EVERY, ids=[f"{type(c).__name__}-{n}" for n, c in enumerate(EVERY)]
)


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(svg(chart, NL))  # noqa: S314 (ours)


@every_chart
def test_a_drawing_names_itself_and_says_what_it_shows(chart: Chart) -> None:
    root = drawn(chart)
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == chart.title
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text == " ".join(alternative(chart, NL).split())


@every_chart
def test_a_drawing_needs_nothing_and_runs_nothing(chart: Chart) -> None:
    root = drawn(chart)
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        *("svg", "title", "desc", "path", "rect", "circle", "polygon", "text")
    }
    # No style attributes: a security policy may forbid them.  No ids: several drawings stand on one page.
    names = {name for one in root.iter() for name in one.keys()}  # noqa: SIM118
    assert names.isdisjoint({"id", "style", "href", "onload"})
    assert "url(" not in svg(chart, NL)


@every_chart
def test_the_same_chart_is_the_same_drawing(chart: Chart) -> None:
    assert svg(chart, NL) == svg(chart, NL)


def reaches(root: ElementTree.Element) -> Iterator[tuple[float, float]]:
    """From where to where each shape and each line of text goes, from left to right."""
    for one in root.iter():
        match one.tag.removeprefix(SVG):
            case "rect":
                x = float(one.attrib["x"])
                yield x, x + float(one.attrib["width"])
            case "circle":
                x, r = float(one.attrib["cx"]), float(one.attrib["r"])
                yield x - r, x + r
            case "text" if "transform" not in one.attrib:
                x, wide = float(one.attrib["x"]), width_of(one.text or "", float(one.attrib["font-size"]))
                before = {"start": 0, "middle": wide / 2, "end": wide}[one.get("text-anchor", "start")]
                yield x - before, x - before + wide


@every_chart
def test_nothing_is_drawn_beyond_the_edges(chart: Chart) -> None:
    root = drawn(chart)
    left, _, wide, tall = map(float, root.attrib["viewBox"].split())
    for start, end in reaches(root):
        assert left - 0.5 <= start <= end <= left + wide + 0.5
    lowest = max(float(one.attrib.get("y", 0)) for one in root.iter(f"{SVG}text"))
    assert lowest <= tall - EDGE


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 300)] * 5, st.integers(0, 50)), min_size=1, max_size=6))
def test_bars_of_any_size_fit_and_hold_their_numbers(given_counts: list[tuple[int, ...]]) -> None:
    rows = tuple(Row("a", (Bar(answers(*counts[:5], off=counts[5])),)) for counts in given_counts)
    root = drawn(Bars("t", ("a", "b", "c", "d", "e"), rows, "?"))
    segments = [one for one in root.iter(f"{SVG}text") if (one.get("class") or "").startswith("on-")]
    assert [one.text for one in segments] == [
        str(count) for counts in given_counts for count in counts if count
    ]
    for start, end in reaches(root):
        assert -EDGE <= start <= end <= WIDTH + EDGE


def test_low_points_lie_left_of_the_axis_and_high_ones_right_of_it() -> None:
    root = drawn(Bars("t", WORDS, (Row("a", (Bar(answers(3, 0, 0, 5)),)),)))
    low, high = (one for one in root.iter(f"{SVG}text") if (one.get("class") or "").startswith("on-"))
    [axis] = [one for one in root.iter(f"{SVG}path") if one.get("class") == "edge-line"]
    at = float(re.findall(r"[\d.]+", axis.attrib["d"])[0])
    assert float(low.attrib["x"]) < at < float(high.attrib["x"])


# words

PIECES = st.one_of(
    st.sampled_from(["<b>", "&amp;", "]]>", "<!--", '"', "'", "\x00", "\x0b", "\ud800", "\uffff", "\n", "é"]),
    st.characters(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_typed_text_is_only_ever_text(typed: str) -> None:
    for chart, tame in zip(charts(typed), charts("x"), strict=True):
        root = drawn(chart)
        assert {one.tag for one in root.iter()} <= {one.tag for one in drawn(tame).iter()} | {f"{SVG}text"}
        shown = ElementTree.fromstring(f"<t>{plain(typed)}</t>").text or ""  # noqa: S314 (ours)
        assert (root[0].text or "") == shown
        assert shown in (root[1].text or "")


@given(st.text(max_size=60), st.floats(30, 300))
def test_wrapped_lines_are_narrow_enough_and_lose_nothing(text: str, width: float) -> None:
    lines = wrapped(text, width)
    assert all(width_of(line) <= width or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    lines = wrapped(LONG, 100, most=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert width_of(lines[1], BODY) <= 100


def test_the_words_tell_every_number() -> None:
    told = alternative(bars("Regie"), NL)
    assert "Regie: Niet veel herkenning 1, Enigszins herkenning 2, Herkenning 9" in told
    assert "Kan ik niet beoordelen 3" in told
    assert "Sterke Lekdijk: Enigszins herkenning" in told
    assert "Regie – Nu: Nog geen oordelen" in told


# colours


def luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (byte / 255 for byte in bytes.fromhex(colour[1:]))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tone", [*LOW, *HIGH, *HEAT, MIDDLE, OFF], ids=lambda tone: tone.name)
def test_the_number_in_a_segment_can_be_read(tone: Tone) -> None:
    assert contrast(tone.fill, tone.ink) >= 4.5


@pytest.mark.parametrize("points", range(2, 6))
def test_no_two_tones_of_a_scale_are_the_same_in_grey(points: int) -> None:
    tones = scale_tones(points)
    assert len(tones) == points
    for one, other in pairwise(tones):
        grey = contrast(one.fill, other.fill)
        assert one.pattern != other.pattern or grey > 1.4
    ends = tones[0], tones[-1]
    assert ends[0].pattern != ends[1].pattern


def test_a_scale_runs_from_the_darkest_low_to_the_darkest_high() -> None:
    assert [tone.name for tone in scale_tones(4)] == ["low-0", "low-4", "high-4", "high-0"]
    assert [tone.name for tone in scale_tones(5)] == ["low-0", "low-4", "middle", "high-4", "high-0"]
    assert len(scale_tones(11)) == 11
