"""Addresses as people type and paste them: each checked by itself, none twice, and a sentence for each wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.addresses import Wrong, opted_in, read_address, read_addresses
from sessions.letter import Address
from sessions.texts import texts
from tests.play import AN, BO, page, play

AN_DE = Address("an@example.org", "An de Vries")


def read(typed: str) -> list[str]:
    """The addresses as `name <address>`; what was wrong starts with its reason."""
    found = read_addresses(typed)
    right = [f"{one.name} <{one.address}>" if one.name else one.address for one in found.right]
    return right + [f"{one.key.removeprefix('mailing.wrong_')}: {one.typed}" for one in found.wrong]


@pytest.mark.parametrize(
    "typed",
    [
        "an@example.org, bo@example.org",
        "an@example.org;bo@example.org",
        "an@example.org\nbo@example.org",
        "an@example.org\r\n\r\n  bo@example.org  \r\n",
        "an@example.org bo@example.org",
        "an@example.org\tbo@example.org",
        "an@example.org,,;bo@example.org,",
        "<an@example.org>, mailto:bo@example.org",
        "an@EXAMPLE.org\nbo@Example.ORG",
    ],
)
def test_addresses_may_be_parted_as_people_do(typed):
    assert read(typed) == ["an@example.org", "bo@example.org"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("An de Vries <an@example.org>", "An de Vries"),
        ('"Vries, An de" <an@example.org>', "Vries, An de"),
        ("Vries, An de <an@example.org>", "Vries, An de"),
        ('"An \\"Annie\\" Vries" <an@example.org>', 'An "Annie" Vries'),
        ("'An de Vries' <an@example.org>", "An de Vries"),
        ('"An; or Bo" <an@example.org>', "An; or Bo"),
        ("Zoë Ünal <an@example.org>", "Zoë Ünal"),
        ('"" <an@example.org>', ""),
        ("An <mailto:an@example.org>", "An"),
        ("An de Vries (an@example.org)", "An de Vries"),
        ("Vries, An de ( an@example.org )", "Vries, An de"),
        ("an@example.org (an@example.org)", "an@example.org"),
        ('"An (bo@example.org), of Bo" <an@example.org>', "An (bo@example.org), of Bo"),
        ("An <b>Vries</b> <an@example.org>", None),
    ],
)
def test_a_name_goes_before_its_address(typed, name):
    found = read_addresses(typed)
    if name is None:
        assert not found.right
        assert len(found.wrong) == 1
    else:
        assert found.right == (Address("an@example.org", name),)


def test_names_with_commas_stand_beside_bare_addresses():
    typed = "Vries, An de <an@example.org>, bo@example.org, Cas (cas@example.org), Dia (dia@example.org)"
    assert read(typed) == [
        "Vries, An de <an@example.org>",
        "bo@example.org",
        "Cas <cas@example.org>",
        "Dia <dia@example.org>",
    ]


def test_an_address_goes_in_once_however_it_is_spelled():
    found = read_addresses("An@example.org, an@EXAMPLE.org\nAn <an@example.org>\nbo@example.org", [AN_DE])
    assert found.right == (Address("bo@example.org"),)
    assert found.doubles == 3
    assert read_addresses("An@example.org, an@EXAMPLE.org").right == (Address("An@example.org"),)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("an", "at: an"),
        ("an@", "half: an@"),
        ("@example.org", "half: @example.org"),
        ("an@example", "domain: an@example"),
        ("an@exa mple.org", "space: an@exa mple.org"),
        ("an@@example.org", "address: an@@example.org"),
        ("an..de@example.org", "address: an..de@example.org"),
        ("an@-example.org", "address: an@-example.org"),
        ("Bcc: bo@example.org", "space: Bcc: bo@example.org"),
        ("an@" + "x" * 80 + ".org", "address: an@" + "x" * 57 + "…"),
        ("An <an at example.org>", "at: An <an at example.org>"),
    ],
)
def test_what_is_no_address_is_named_with_the_reason(typed, told):
    assert read(typed) == [told]
    for language in ("nl", "en"):
        [wrong] = read_addresses(typed).wrong
        assert wrong.typed in texts(language).t(wrong.key, typed=wrong.typed)


def test_one_wrong_address_does_not_hold_up_the_right_ones():
    typed = "an@example.org\nbo at example.org\ncas@example.org; geen idee"
    assert read(typed) == ["an@example.org", "cas@example.org", "at: bo at example.org", "at: geen idee"]


def test_an_address_with_a_line_break_becomes_no_header():
    found = read_addresses("an@example.org\r\nBcc: bo@example.org\n\n\nSubject: hoi")
    assert found.right == (Address("an@example.org"),)
    assert [one.typed for one in found.wrong] == ["Bcc: bo@example.org", "Subject: hoi"]
    assert isinstance(read_address("an@\nexample.org"), Wrong)


@given(st.text(st.one_of(st.sampled_from('@<>",;:\n\r\\. ()'), st.characters(categories=["L", "Cc", "Cf"]))))
def test_whatever_is_typed_an_address_and_a_name_stay_on_one_line(typed):
    for one in read_addresses(typed).right:
        assert one.address.isprintable()
        assert not set(one.address) & set(' ,;<>"\r\n')
        assert not any(char in one.name for char in "\r\n\x00\u2028")
        assert read_address(one.address) == Address(one.address)


def test_who_asked_for_the_report_is_asked_of_every_page_and_counts_once():
    one, other = page(id="een", mail=True), page(id="twee", mail=True)
    story = play(one, other, page(id="geen")).enters(AN).enters(BO)
    story.does(AN, "page.mail_me", step="een", address="an@example.org")
    story.does(AN, "page.mail_me", step="twee", address="An@Example.org")
    story.does(BO, "page.mail_me", step="twee", address="bo@example.org")
    assert opted_in(story.session) == [Address("an@example.org"), Address("bo@example.org")]
    story.does(BO, "page.mail_me", step="twee", address="")
    assert opted_in(story.session) == [Address("an@example.org")]
