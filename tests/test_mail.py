"""The report as a mail: every text as it was typed, no header but ours, and nothing that a mail program cannot show."""

import email
import functools
import json
import re
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.letter import Address, File, addressed, draft, enclosed
from sessions.mail import (
    MOST_LINK,
    MOST_SUBJECT,
    cover_for,
    file_name,
    left_out_of,
    letter,
    link,
    rich,
    subject_for,
)
from sessions.mail_files import FORMS, files
from sessions.mail_html import MOST_BYTES, SOME_COLUMNS, chapters
from sessions.report import Report, report_model, to_source
from sessions.text import clean
from sessions.texts import texts
from tests.mail_rules import CLIPPED_BYTES, broken_rules, without_style
from tests.play import AN, BO, canvas, page, play, rating
from tests.players import played
from tests.recordings import recordings, session_of

SENDER = Address("verslag@example.org", "Dialoogtafel")
AT = 1_795_000_000_000

ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\r\n\t <>&\"'*_|#[]()\\`@:;,={}"),
    ),
    max_size=40,
)


@functools.cache
def said(typed: str = "Water bij de dijk", **info: Any) -> Report:
    """The report of a session in which somebody wrote this wherever people write."""
    story = play(page(questions=[{"id": "word", "label": "Word"}]), canvas(), rating(), names=True, **info)
    story.enters(AN, name=clean(typed, newlines=False)[:60]).enters(BO)
    if clean(typed):
        story.adds(AN, "card-1", text=typed).does(
            AN, "page.answer", step="welcome", question="word", text=typed
        )
        story.rates(AN, "i1", 1, remark=typed)
    story.rates(BO, "i1", 4).does("facilitator", "rating.reveal", step="poll")
    story.does("facilitator", "session.close")
    return report_model(story.session)


AN_ADDRESS = Address("an@example.org")


def mail(report: Report, *, to: Address = AN_ADDRESS, **choices: Any) -> EmailMessage:
    """The mail as it arrives."""
    options: dict[str, Any] = {"reply_to": "", "message_id": "abc@example.org", "sender": SENDER, "at": AT}
    options |= {name: choices.pop(name) for name in list(choices) if name in options}
    made = letter(report, to_source(report), choices.pop("subject", ""), choices.pop("cover", ""), **choices)
    return read(addressed(made, enclosed(made), to=to, **options))


def read(raw: bytes) -> EmailMessage:
    found: Any = email.message_from_string(raw.decode(), policy=policy.default)
    assert not found.defects
    return found


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part
    return str(part.get_content())


class Shown(HTMLParser):
    """The text that a reader of the HTML sees, and its elements."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.hidden = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.hidden += tag in ("style", "title")
        self.text += "\n" if tag == "br" else ""

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        self.text += "" if self.hidden else data


def folded(text: str) -> str:
    return "".join(text.split())


# what it says


def test_the_mail_has_what_every_program_and_every_machine_wants():
    found = mail(said(), reply_to="bo@example.org", cover="Dag allen,\n\nHier is het.")
    assert found["From"] == "Dialoogtafel <verslag@example.org>"
    assert found["To"] == "an@example.org"
    assert found["Reply-To"] == "bo@example.org"
    assert found["Subject"] == "Report: Dike and valley"
    assert found["Message-ID"] == "<abc@example.org>"
    assert found["Date"] == "Wed, 18 Nov 2026 11:06:40 +0000"
    assert found["Content-Language"] == "en"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["MIME-Version"] == "1.0"
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    for kind in ("plain", "html"):
        assert "Water bij de dijk" in body(found, kind)
        assert "Dag allen," in body(found, kind)


def test_files_go_along_and_do_not_tell_the_code_of_the_session():
    report = said(title="Dijk & dal: “wat nu”?")
    found = mail(report, files=files(report, to_source(report), list(FORMS)))
    names = [part.get_filename() for part in found.iter_attachments()]
    assert names == [f"report-dijk-dal-wat-nu.{form.ending}" for form in FORMS.values()]
    assert "48271503" not in str(names)
    assert all(part.get_content() for part in found.iter_attachments())
    assert file_name(said(title="日本"), "md") == "report.md"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_are_there_before_anybody_writes_some(language):
    report = said(language=language, date="2026-11-21")
    assert "Dike and valley" in subject_for(report)
    assert "2026" in cover_for(report)
    assert "Dike and valley" in cover_for(said(language=language))
    assert "  " not in cover_for(said(language=language))


@settings(max_examples=25)
@given(ANY_TEXT)
def test_whatever_is_typed_is_read_as_it_was_typed_and_makes_no_element(typed):
    found, plain = mail(said(typed)), mail(said("Q"))
    shown, quiet = Shown(body(found, "html")), Shown(body(plain, "html"))
    if clean(typed):
        assert [tag for tag in shown.tags if tag != "br"] == quiet.tags
        for text in (shown.text, body(found, "plain")):
            assert folded(text).count(folded(clean(typed))) >= 3
    assert found.keys() == plain.keys()


@settings(max_examples=25)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_subject_words_and_names_stay_what_they_are_and_become_no_header(subject, cover, name):
    plain = mail(said())
    found = mail(
        said(), subject=subject, cover=cover, to=Address("an@example.org", clean(name, newlines=False)[:60])
    )
    assert sorted(found.keys()) == sorted(plain.keys())
    assert [one.addr_spec for one in found["To"].addresses] == ["an@example.org"]
    wanted = clean(subject, newlines=False) or subject_for(said())
    assert folded(found["Subject"]) == folded(wanted)
    if clean(cover):
        for text in (Shown(body(found, "html")).text, body(found, "plain")):
            assert folded(clean(cover)) in folded(text)
    shown = Shown(body(found, "html"))
    assert set(shown.tags) <= set(Shown(body(plain, "html")).tags) | {"br", "p"}


@pytest.mark.parametrize(
    "typed", ["=?utf-8?q?x=0d=0aBcc:_an=40example.org?=", "=?utf-8?b?eA0KDQpib2R5?=", "==??utf-8?q?x=0aA:b?="]
)
def test_what_is_typed_as_an_encoded_word_is_not_decoded(typed):
    plain, found = mail(said()), mail(said(), subject=typed, to=Address("an@example.org", typed))
    assert sorted(found.keys()) == sorted(plain.keys())
    assert found["Subject"] == typed.replace("=?", "= ?")
    assert [one.addr_spec for one in found["To"].addresses] == ["an@example.org"]
    report = said()
    unsent = read(draft(letter(report, to_source(report), typed, ""), [Address("an@example.org", typed)]))
    assert unsent["Subject"] == typed.replace("=?", "= ?")
    assert len(unsent.get_all("Bcc", [])) == 1


def test_the_name_of_a_recipient_arrives_as_it_was_typed():
    for name in ("Vries, An de", 'An "Annie" Vries', "Zoë Ünal", "日本 花子", "a; b <c@d.nl>", "x" * 100):
        [to] = mail(said(), to=Address("an@example.org", name))["To"].addresses
        assert (to.addr_spec, to.display_name) == ("an@example.org", name)


def test_a_long_subject_is_cut_and_an_address_with_other_letters_is_kept():
    found = mail(said(), subject="é" * 500, to=Address("zoë@example.org"))
    assert found["Subject"] == "é" * MOST_SUBJECT
    assert found["To"].addresses[0].addr_spec == "zoë@example.org"


# what mail programs can show


@pytest.mark.parametrize("recording", list(recordings()), ids=lambda path: path.stem)
def test_outlook_and_gmail_can_show_the_report_of_every_recording(recording):
    report = report_model(session_of(recording))
    made = letter(report, to_source(report), "", cover_for(report))
    assert broken_rules(made.html) == []
    assert f'lang="{report.language}"' in made.html


def test_the_rules_find_what_breaks_them():
    good = letter(said(), to_source(said()), "", "").html
    assert broken_rules(good) == []
    for bad in (
        "<svg></svg>",
        '<img src="x">',
        '<div style="position:absolute">',
        '<div style="display:flex">',
        '<p style="margin:0">no font</p>',
        '<td style="background-color:#ffffff;font:14px Arial">',
        '<table width="900" cellpadding="0" cellspacing="0" border="0">',
        '<a href="/s/1">',
        '<a href="data:text/html,x">',
        '<link rel="stylesheet" href="x">',
        "<style>p{color:red}</style>",
        "<!-- hello -->",
        "x" * CLIPPED_BYTES,
    ):
        assert broken_rules(good.replace("</body>", f"{bad}</body>")), bad


def test_bars_are_cells_that_are_as_long_as_what_they_say():
    [one] = chapters(
        "| A | B |\n|---|---|\n| x | █████▌ |\n| y | ████████████████████ |\n| z | ▏ |\n| w |  |\n"
    )
    assert re.findall(r'width="(\d+)%" [^>]* class="dt-bar"', one.html) == ["28", "100", "1"]
    assert "█" not in one.html
    assert "x | █████▌" in one.text


def test_a_table_of_many_columns_has_smaller_letters():
    few, many = (chapters(f"{'|a' * n}|\n{'|---' * n}|\n")[0].html for n in (SOME_COLUMNS, SOME_COLUMNS + 1))
    assert ("14px Arial" in few, "12px Arial" in few) == (True, False)
    assert ("14px Arial" in many, "12px Arial" in many) == (False, True)


def test_what_is_too_long_for_a_mail_goes_as_a_file_and_the_mail_says_so():
    rows = "".join(f"| kaart {n} | {'tekst ' * 20} |\n" for n in range(400))
    source = f"# Verslag\n\nIn het kort.\n\n## Afspraken\n\nAn belt.\n\n## Bijlage: alle\n\n| A | B |\n|---|---|\n{rows}"
    report = said(language="nl")
    made = letter(report, source, "", "Hoi")
    assert made.left_out == left_out_of(source) == ("Bijlage: alle",)
    assert len(made.html.encode()) < CLIPPED_BYTES
    assert "kaart 1 " not in made.html + made.text
    assert "An belt." in made.html
    told = texts("nl").t("mail.left_out", titles="‘Bijlage: alle’")
    assert told in made.html
    assert told in made.text
    assert letter(report, "## Kort\n\nJa.", "", "").left_out == ()


def test_of_a_long_part_the_mail_has_the_beginning():
    items = "".join(f"### Issue {n}\n\n{'woord ' * 300}\n\n" for n in range(60))
    source = f"# Verslag\n\n## Kort\n\nJa.\n\n## Peiling\n\nHoe?\n\n{items}## Slot\n\nDank."
    made = letter(said(language="nl"), source, "", "Hoi")
    assert made.left_out == left_out_of(source) == ("Peiling",)
    # The rest of the report goes before, and no issue is cut off in the middle.
    assert "Dank." in made.html
    shown = made.html.count(">Issue ")
    assert 10 < shown < 60
    assert made.html.count("woord ") + made.html.count("woord<") == 300 * shown
    assert "Issue 0\n" in made.text
    assert f"Issue {shown}\n" not in made.text
    for said_so in (made.html, made.text):
        assert texts("nl").t("mail.begun", titles="‘Peiling’") in said_so
        assert texts("nl").t("mail.left_out", titles="").split(":")[0] not in said_so
    assert len(made.html.encode()) < CLIPPED_BYTES


@pytest.mark.parametrize("language", ["nl", "en"])
def test_results_are_in_the_mail_itself_when_ten_issues_were_rated(language):
    report = report_model(played(f"herkenbaarheid-peilen/{language}").session)
    made = letter(report, to_source(report), "", "")
    [poll] = [section for section in report.sections if section.kind == "rating"]
    assert made.left_out in ((), (poll.title,))
    assert made.html.count("<h3") >= 8


def test_the_longest_covering_text_and_report_stay_within_what_gmail_shows():
    source = "".join(f"## Deel {n}\n\n{'woord ' * 900}\n\n" for n in range(40))
    made = letter(said(), source, "x" * 200, "<" * 4_000)
    assert MOST_BYTES * 0.8 < len(made.html.encode()) < CLIPPED_BYTES
    assert broken_rules(made.html) == []


def test_the_text_part_reads_like_a_report():
    source = (
        "# Verslag\n\n- **Datum:** vandaag\n\n## Deel\n\n1. een\n2. twee  \n  drie\n\n> gezegd\n\n"
        "| A | B |\n|---|--:|\n| x | 1 |\n\n[hier](https://example.org/) en `code`\n\n---\n\n- a\n    - b\n"
    )
    assert "\n\n".join(chapter.text for chapter in chapters(source)).split("\n") == [
        "Verslag",
        "=======",
        "",
        "- Datum: vandaag",
        "",
        "Deel",
        "----",
        "",
        "1. een",
        "2. twee",
        "   drie",
        "",
        "> gezegd",
        "",
        "A | B",
        "x | 1",
        "",
        "hier <https://example.org/> en code",
        "",
        "-" * 20,
        "",
        "- a",
        "  - b",
    ]


def test_in_the_text_part_an_agreement_is_read_with_what_each_word_is():
    source = (
        "| Actie | Trekker | Ook met | Gereed op | Steun |\n|---|---|---|---|--:|\n"
        "| Bel | An |  | 15 mei | 2 |\n| Graaf \\| spit |  |  |  |  |\n\n"
        "| Onderwerp | Gemaal | Dijk | Stuw | Midden |\n|---|:-:|:-:|---|---|\n| x | 1 (3) | 2 (3) | – | z |\n"
    )
    assert chapters(source)[0].text.split("\n") == [
        "- Bel",
        "  Trekker: An",
        "  Gereed op: 15 mei",
        "  Steun: 2",
        "- Graaf | spit",
        "",
        "Onderwerp | Gemaal | Dijk | Stuw | Midden",
        "x | 1 (3) | 2 (3) | – | z",
    ]


def test_without_its_style_the_mail_is_whole():
    html = letter(said(), to_source(said()), "", "Hoi").html
    assert "prefers-color-scheme" in html
    assert "prefers-color-scheme" not in without_style(html)
    assert broken_rules(without_style(html)) == []


# without a mail server


def test_a_draft_opens_in_a_mail_program_with_nobody_seen_by_the_others():
    made = letter(said(), to_source(said()), "Ons verslag", "Hoi", [File("a.md", "text/markdown", b"# A")])
    found = read(draft(made, [Address("an@example.org", "An"), Address("cas@example.org")], "bo@example.org"))
    assert found["X-Unsent"] == "1"
    assert found["To"] == "bo@example.org"
    assert [one.addr_spec for one in found["Bcc"].addresses] == ["an@example.org", "cas@example.org"]
    assert found["Subject"] == "Ons verslag"
    assert not {"From", "Message-ID", "Date"} & set(found.keys())
    assert [part.get_filename() for part in found.iter_attachments()] == ["a.md"]
    alone = read(draft(made, []))
    assert not {"To", "Bcc"} & set(alone.keys())


@settings(max_examples=25)
@given(ANY_TEXT, ANY_TEXT)
def test_a_link_begins_a_mail_within_what_windows_takes(subject, cover):
    report = said()
    address = link(
        report, to_source(report), subject, cover, [Address("an@example.org"), Address("b&c@example.org")]
    )
    assert len(address) <= MOST_LINK
    parts = urlsplit(address)
    given_ = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)
    assert parts.scheme == "mailto"
    assert given_.keys() == {"subject", "bcc", "body"}
    assert given_["bcc"] == ["an@example.org,b&c@example.org"]
    assert folded(given_["subject"][0]) == folded(clean(subject, newlines=False)[:MOST_SUBJECT])
    assert "+" not in parts.query.replace("%2B", "")


def test_a_long_link_ends_with_a_whole_line_and_leaves_the_addresses_to_be_pasted():
    report = said(language="nl")
    many = [Address(f"iemand{n}@example.org") for n in range(100)]
    address = link(report, f"# Verslag\n\n{'Een lange regel. ' * 5}\n\n" * 40, "Verslag", "Hoi", many)
    assert len(address) <= MOST_LINK
    assert "bcc" not in address
    assert unquote(address).rstrip().endswith(texts("nl").t("mail.more"))


def test_what_is_copied_holds_all_of_the_report():
    html, text = rich(said(), to_source(said()), "Hoi")
    assert "Water bij de dijk" in html
    assert "Water bij de dijk" in text
    assert "<html" not in html
    assert json.dumps(html)
