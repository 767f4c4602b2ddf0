"""A whole risk dialogue in real browsers: from the stress test to measures with an owner and a date, and the report."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.inspection import LOOKS, Inspection
from tests.pages import Console, Phone, Venue, Visitor
from tests.rooms import PEOPLE, Room, result, robots, scores_of_others
from tests.running import Server
from tests.wire import command

NO, YES = "Niet acceptabel", "Acceptabel"
NO_SCORE, YES_SCORE = 1, 2
LOOK_INTO = "Verder uitzoeken"

BROOK = "Als de beek overloopt, dan is het verpleeghuis twee dagen niet bereikbaar"
STREET = "Als de beek buiten haar oevers treedt, dan staat de Dorpsstraat blank"
POWER = "Als de kelder van het ziekenhuis volloopt, dan valt de noodstroom uit"
CELLAR = "Als er water in de kelder komt, dan is er geen stroom"
DROUGHT = "Als het weken droog blijft, dan verzakken huizen aan de dijk"
STORM = "Als het hard waait, dan waait er wel eens een boom om"
VILLAGE = "Als de beek overstroomt, dan is het dorp niet bereikbaar"

HOLD = "Boven in het dal water vasthouden op twee natte akkers"
ROOF = "De noodstroom van de kelder naar het dak verhuizen"
LIST = "Eén bellijst per waterpeil, en elk jaar een oefening"
LAYERS = (
    "Laag 1 – preventie",
    "Laag 2 – gevolgbeperking (ruimtelijke inrichting)",
    "Laag 3 – crisisbeheersing",
)
REMARK = "Wielewaal"
ADDRESS = "an@waterschap.example"


@dataclass(kw_only=True)
class Inspected(Room):
    """A room whose pages everybody must be able to use."""

    inspection: Inspection

    def ids(self, step: str) -> dict[str, str]:
        """Title -> id of what is judged."""
        return {item["title"]: id for id, item in self.view(step)["items"].items()}

    def look(self, state: str, visitors: Iterable[Visitor] = ()) -> None:
        """Whether everyone can use the page of the first phone, the console and the screen."""
        self.inspection.everywhere(state, *(visitors or (self.phones[0], self.console, self.screen)))


def test_a_risk_dialogue_goes_from_the_stress_test_to_measures(
    server: Server, venue: Venue, inspection: Inspection
):
    workshop = server.start_session("risicodialoog", title="Droge voeten in Beekdal")
    room = Inspected(
        workshop,
        venue.console(**LOOKS["nl"]).enter(workshop),
        venue.screen(**LOOKS["nl"]).arrive(workshop),
        [venue.phone(**LOOKS["nl"]).join(workshop, group, name) for name, group in PEOPLE.items()],
        robots(workshop),
        inspection=inspection,
    )
    room.console.button("console.start").click()
    room.console.at(room.titles["welkom"])
    tell_what_the_stress_test_shows(room)
    write_risks(room)
    put_them_together(room)
    judge_in_silence(room)
    nobody_knows_a_score(room)
    reveal(room)
    talk_where_they_differ(room)
    judge_again(room)
    think_of_solutions(room)
    weigh(room)
    agree_on_measures(room)
    tell_where_a_measure_came_from(room)
    close(room)
    read_the_report(room)
    for robot in room.robots:
        robot.leave()


def tell_what_the_stress_test_shows(room: Inspected) -> None:
    room.next("stresstest")
    console = room.console
    console.page.get_by_label(console.t("page.text")).fill(
        "## Beekdal\n\n- Bij **90 mm** in een uur staat de Dorpsstraat blank."
    )
    for follower in [room.screen, *room.phones]:
        expect(follower.page.get_by_text("90 mm")).to_have_count(0)
    console.button("page.publish").click()
    for visitor in room.visitors:
        expect(visitor.page.get_by_role("heading", name="Beekdal", exact=True)).to_be_visible()
        expect(visitor.page.get_by_text("90 mm", exact=True)).to_be_visible()
    room.look("stress test")


def write_risks(room: Inspected) -> None:
    room.next("risicos")
    an, bo, cas, dia = room.phones
    for phone, text in (
        (an, BROOK),
        (bo, STREET),
        (cas, POWER),
        (dia, CELLAR),
        (an, DROUGHT),
        (bo, STORM),
    ):
        phone.write(text)
    for phone, text in ((cas, BROOK), (dia, BROOK), (an, POWER), (bo, CELLAR)):
        support(phone, text).tap()
    for visitor in (room.console, room.screen):
        expect(visitor.card(BROOK).get_by_text(visitor.t("canvas.supported", n=2))).to_be_attached()
    expect(an.card(BROOK).get_by_text(an.t("canvas.supported", n=2))).to_be_visible()
    room.look("risks")


def support(phone: Phone, text: str) -> Locator:
    return phone.card(text).get_by_role("button", name=phone.t("canvas.me_too"))


def pick(console: Console, text: str) -> Locator:
    return console.page.get_by_role("checkbox", name=console.t("canvas.pick_card", text=text), exact=True)


def put_them_together(room: Inspected) -> None:
    """Two risks become a group with a name; two that say the same become one card."""
    room.next("samenvoegen")
    console, an = room.console, room.phones[0]
    for text in (BROOK, STREET):
        pick(console, text).check()
    console.button("canvas.group_these", n=2).click()
    console.page.get_by_label(console.t("canvas.group_title")).fill(VILLAGE)
    console.button("canvas.make_group").click()
    for visitor in room.visitors:
        expect(visitor.page.get_by_role("heading", name=VILLAGE)).to_be_visible()
    expect(console.dialog).to_have_count(0)
    for text in (POWER, CELLAR):
        pick(console, text).check()
    room.look("grouping")
    console.button("canvas.merge").click()
    console.dialog.get_by_label(POWER).check()
    console.button("canvas.merge", console.dialog).click()
    expect(an.card(CELLAR)).to_have_count(0)
    expect(an.card(POWER).get_by_text(an.t("canvas.merged", n=1))).to_be_visible()
    # Everybody who supported either of them is counted once.
    [power] = [card for card in room.view("risicos")["cards"].values() if card["text"] == POWER]
    assert power["support"] == 2


def judge_in_silence(room: Inspected) -> None:
    room.next("acceptabel")
    an, bo, cas, dia = room.phones
    assert list(room.ids("acceptabel")) == [VILLAGE, POWER, DROUGHT, STORM]
    an.rate(VILLAGE, NO)
    for reason in ("Inhoud", "Draagvlak"):
        an.item(VILLAGE).page.get_by_role("checkbox", name=reason).tap()
    leave_remark(an, VILLAGE, REMARK)
    an.rate(POWER, NO)
    an.rate(DROUGHT, YES)
    bo.rate(VILLAGE, YES)
    bo.rate(POWER, NO)
    cas.rate(VILLAGE, NO)
    dia.rate(VILLAGE, YES)
    robots_judge(room, "acceptabel", {VILLAGE: 4, POWER: 5, DROUGHT: 2, STORM: 0})
    room.look("judging")


def leave_remark(phone: Phone, title: str, text: str) -> None:
    panel = phone.page.locator("li, section, div", has=phone.item(title)).last
    panel.get_by_text(phone.t("rating.remark"), exact=True).tap()
    phone.page.get_by_label(phone.t("rating.remark_on", item=title)).fill(text)
    phone.button("rating.remark_save").tap()
    expect(phone.button("rating.remark_save")).to_be_hidden()


def robots_judge(room: Inspected, step: str, against: dict[str, int]) -> None:
    """Of each item the first so many robots find it not acceptable."""
    ids = room.ids(step)
    for at, robot in enumerate(room.robots):
        answers = robot.send(
            [
                command("rating.rate", step=step, item=ids[title], score=NO_SCORE if at < n else YES_SCORE)
                for title, n in against.items()
            ]
        )
        assert all(answer["ok"] for answer in answers), answers


def nobody_knows_a_score(room: Inspected) -> None:
    """Neither on any page nor in anything that was ever sent to one, except one's own."""
    for visitor in room.visitors:
        assert visitor.told
        for message in visitor.told:
            assert scores_of_others(message) == []
        if visitor is not room.phones[0]:
            assert REMARK not in visitor.words + str(visitor.told)
        expect(visitor.page.get_by_role("img", name=re.compile(f"{NO} \\d"))).to_have_count(0)
    for robot in room.robots:
        assert "results" not in robot.fresh()[1]["steps"]["acceptabel"]
    # The conversation starts where they differ most: before the reveal that tells nobody anything.
    assert room.view("gesprek")["waiting"] == "acceptabel"
    assert room.view("gesprek")["items"] == {}


def reveal(room: Inspected) -> None:
    room.console.button("rating.reveal").click()
    for visitor in room.visitors:
        bar = result(visitor, VILLAGE).get_by_role("img").last
        expect(bar).to_have_accessible_name(re.compile(f"{NO} 6, {YES} 6"))
        reasons = result(visitor, VILLAGE).get_by_role("list", name=visitor.t("rating.reasons"))
        expect(reasons).to_have_text(re.compile(r"Inhoud\s*1\s*Draagvlak\s*1"))
    room.look("revealed")


def talk_where_they_differ(room: Inspected) -> None:
    room.next("gesprek")
    console, screen = room.console, room.screen
    topics = console.page.locator(".talk-topic h3")
    for at, title in enumerate((VILLAGE, POWER, DROUGHT, STORM)):
        expect(topics.nth(at)).to_contain_text(title)
    for title, word, note, who in (
        (VILLAGE, NO, "De een merkt dit al bij 60 mm.", ""),
        (POWER, NO, "", ""),
        (DROUGHT, LOOK_INTO, "We weten niet welke huizen op veen staan.", "Waterschap"),
    ):
        console.page.get_by_role("button", name=console.t("discussion.next")).click()
        for follower in [screen, *room.phones]:
            expect(follower.page.get_by_role("heading", level=2, name=title)).to_be_visible()
        console.page.get_by_role("button", name=word, exact=True).click()
        for label, text in (("discussion.note", note), ("discussion.who", who)):
            if text:
                console.page.get_by_label(console.t(label)).fill(text)
                console.button("discussion.save").click()
                expect(console.button("discussion.save")).to_have_count(0)
        for follower in [screen, *room.phones]:
            expect(follower.page.get_by_text(word, exact=True).first).to_be_visible()
            if note:
                expect(follower.page.get_by_text(note).first).to_be_visible()
        if title == VILLAGE:
            room.look("spotlight")
    console.button("discussion.spotlight_off").click()
    expect(screen.page.locator(".talk-row")).to_have_count(4)
    room.look("conclusions")


def judge_again(room: Inspected) -> None:
    """What they talked about comes back, and the first round stands beside the second."""
    room.next("tweede-ronde")
    an, bo = room.phones[:2]
    assert sorted(room.ids("tweede-ronde")) == sorted([VILLAGE, POWER, DROUGHT])
    expect(bo.item(VILLAGE).get_by_text(bo.t("rating.earlier", word=YES))).to_be_visible()
    for phone in (an, bo):
        phone.rate(VILLAGE, NO)
    robots_judge(room, "tweede-ronde", {VILLAGE: 7, POWER: 5, DROUGHT: 2})
    for visitor in room.visitors:
        expect(visitor.page.get_by_role("img", name=re.compile(f"{NO} \\d"))).to_have_count(0)
    room.console.button("rating.reveal").click()
    for visitor in room.visitors:
        expect(result(visitor, VILLAGE).get_by_text(visitor.t("rating.shift_down"))).to_be_visible()
        before = result(visitor, VILLAGE).get_by_role("img", name=f"{visitor.t('rating.before')}: ")
        expect(before).to_have_accessible_name(re.compile(f"{NO} 6, {YES} 6"))
        after = result(visitor, VILLAGE).get_by_role("img", name=re.compile(f"{NO} 9, {YES} 1"))
        expect(after).to_be_visible()
    room.look("second round")


def think_of_solutions(room: Inspected) -> None:
    """On a phone one chooses a row, which is a risk that is not acceptable, and a box, which is a layer."""
    room.next("oplossingen")
    an, bo, cas, _ = room.phones
    assert {row["title"] for row in room.view("oplossingen")["rows"].values()} == {VILLAGE, POWER}
    expect(an.page.get_by_role("heading", level=2, name=VILLAGE)).to_be_visible()
    an.write(HOLD)
    bo.button("canvas.next_row").tap()
    expect(bo.page.get_by_role("heading", level=2, name=POWER)).to_be_visible()
    bo.button("canvas.next_box").tap()
    expect(bo.page.get_by_role("heading", level=2, name=LAYERS[1])).to_be_visible()
    bo.write(ROOF)
    for place in (POWER, LAYERS[2]):
        cas.page.get_by_role("heading", level=2).filter(has_text=where(cas, place)).get_by_role(
            "button"
        ).tap()
        cas.dialog.get_by_role("button", name=place).tap()
        expect(cas.page.get_by_role("heading", level=2, name=place)).to_be_visible()
    cas.write(LIST)
    expect(an.card(LIST)).to_have_count(0)
    an.button("canvas.next_row").tap()
    an.button("canvas.next_box").tap()
    support(an, ROOF).tap()
    for visitor in (room.console, room.screen):
        for text in (HOLD, ROOF, LIST):
            expect(visitor.card(text).last).to_be_visible()
    cards = {card["text"]: card for card in room.view("oplossingen")["cards"].values()}
    rows = room.view("oplossingen")["rows"]
    assert [(rows[cards[text]["row"]]["title"], cards[text]["box"]) for text in (HOLD, ROOF, LIST)] == [
        (VILLAGE, "laag1"),
        (POWER, "laag2"),
        (POWER, "laag3"),
    ]
    room.look("solutions")


def where(phone: Phone, place: str) -> str:
    """What stands above the name of a row or a box: which of how many it is."""
    return (
        phone.t("canvas.box_of", box=1, boxes=3)
        if place in LAYERS
        else phone.t("canvas.row_of", row=1, rows=2)
    )


def weigh(room: Inspected) -> None:
    room.next("afwegen")
    an, bo = room.phones[:2]
    bo.page.get_by_text(bo.t("canvas.suggestions"), exact=True).tap()
    bo.button("canvas.take_over", bo.card("Of het eerlijk verdeeld is")).tap()
    support(an, "Of het eerlijk verdeeld is").tap()
    own = room.screen.card("Of het eerlijk verdeeld is")
    expect(own.get_by_text(room.screen.t("canvas.supported", n=1))).to_be_attached()
    room.look("criteria")


def agree_on_measures(room: Inspected) -> None:
    """The solutions stand ready; one is taken on with a date, another person joins, one is left out."""
    room.next("maatregelen")
    an, _, cas, dia = room.phones
    console, screen = room.console, room.screen
    # Phones begin at the box that has actions.
    for reader in (an, console, screen):
        for text in (HOLD, ROOF, LIST):
            expect(reader.card(text)).to_be_visible()
    expect(screen.card(HOLD).get_by_text(screen.t("canvas.no_date"))).to_be_visible()
    cas.button("canvas.take", cas.card(HOLD)).tap()
    expect(cas.dialog.get_by_label("Trekker")).to_have_value("Cas")
    cas.dialog.get_by_label("Gereed op").fill("2027-03-01")
    room.look("taking a measure", [cas])
    cas.button("canvas.take", cas.dialog).tap()
    expect(cas.card(HOLD).get_by_text(cas.t("canvas.you_take"))).to_be_visible()
    for visitor in room.visitors:
        if visitor is not room.phones[1]:
            expect(visitor.card(HOLD).get_by_text(visitor.t("canvas.agreed"), exact=True)).to_be_visible()
    dia.button("canvas.join", dia.card(HOLD)).tap()
    expect(screen.card(HOLD).get_by_text("Veiligheidsregio")).to_be_visible()
    console.button("canvas.hide_card", text=LIST).click()
    expect(an.card(LIST)).to_have_count(0)
    room.look("measures")


def tell_where_a_measure_came_from(room: Inspected) -> None:
    for visitor in (room.phones[0], room.console):
        visitor.page.get_by_role("button", name=visitor.t("trail.of", title=HOLD)).click()
        stops = visitor.dialog.get_by_role("listitem")
        expect(stops.filter(has_text=room.titles["risicos"]).filter(has_text=BROOK)).to_have_count(1)
        expect(stops.filter(has_text=VILLAGE).filter(has_text=NO)).to_have_count(1)
        expect(stops.filter(has_text=room.titles["oplossingen"]).filter(has_text=HOLD)).to_have_count(1)
        expect(stops.filter(has_text=room.titles["maatregelen"]).filter(has_text=HOLD)).to_have_count(1)
        room.look("trail", [visitor])
        visitor.button("common.close", visitor.dialog).click()


def close(room: Inspected) -> None:
    room.next("afronding")
    an, bo = room.phones[:2]
    console = room.console
    for phone, words, score in ((an, "We dragen meer samen dan ik dacht", "Eens"), (bo, "Bellen", "Eens")):
        phone.page.get_by_label("Wat neem je mee?").fill(words)
        phone.button("page.send").tap()
        phone.page.get_by_role("radio", name=score, exact=True).tap()
    an.page.get_by_label(an.t("page.mail_label")).fill(ADDRESS)
    an.button("page.mail_yes").tap()
    expect(an.page.get_by_text(ADDRESS)).to_be_visible()
    expect(console.text("page.answered", n=2).first).to_be_visible()
    expect(console.text("page.mails", n=1)).to_be_visible()
    for reader in (console, room.screen, bo):
        assert "samen dan ik dacht" not in reader.words
    room.look("closing")
    console.button("console.close").click()
    console.button("console.close_yes", console.dialog).click()
    expect(room.screen.heading).to_have_text(room.screen.t("screen.closed_title"))
    for phone in room.phones:
        expect(phone.exactly("participant.closed")).to_be_visible()
        expect(phone.page.get_by_text("We dragen meer samen dan ik dacht").first).to_be_visible()
    room.look("closed")
    for visitor in room.visitors:
        if visitor is not an:
            assert ADDRESS not in visitor.words + str(visitor.told)


def read_the_report(room: Inspected) -> None:
    console = room.console
    console.link("console.open_report").click()
    report = console.page.get_by_role("article")
    for text in (
        "90 mm",
        VILLAGE,
        LOOK_INTO,
        "De een merkt dit al bij 60 mm.",
        "We weten niet welke huizen op veen staan.",
        console.t("report.doc.shift_down"),
        "Of het eerlijk verdeeld is",
        HOLD,
        "Cas",
        "1 maart 2027",
        "Veiligheidsregio",
        "We dragen meer samen dan ik dacht",
    ):
        expect(report.get_by_text(text).first).to_be_visible()
    room.look("report", [console])
    markdown = room.workshop.get("/report.md", headers=room.workshop.bearer).text
    agreed = markdown.split(f"\n### {console.t('report.doc.agreed')}\n")[1].split("\n##")[0]
    # An agreed measure tells which risk it is for.
    assert agreed.index(HOLD) < agreed.index(VILLAGE)
    assert LIST not in agreed
    for told in (markdown, room.workshop.get("/report.html", headers=room.workshop.bearer).text):
        assert ADDRESS not in told
