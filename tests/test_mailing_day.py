"""A whole mailing on a bad day, in short; ``python -m tests.faults.mailing`` is the long form."""

from tests.faults.mailing import FATES, fate_of, mailing, recipients


def test_there_are_recipients_of_every_kind_and_no_address_twice():
    everybody = recipients(500)
    assert len(set(everybody)) == 500
    assert {fate_of(address) for address in everybody} == set(FATES)


def test_on_a_bad_day_everybody_gets_the_mail_once_or_the_page_says_why_not(tmp_path):
    day = mailing(30, kills=1, downs=1, folder=tmp_path, seconds=1.0)
    assert not day.wrong, str(day)
    assert (day.kills, day.downs) == (1, 1)
    assert [row[0] for row in day.rows] == [fate.name for fate in FATES]
    assert {row[4] for row in day.rows} == {"0"}
