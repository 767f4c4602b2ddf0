"""A facilitator, a screen and four phones play a whole workshop in real browsers, by clicking as people do."""

import functools
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.pages import Console, Phone, Screen, Venue, eventually
from tests.rooms import PEOPLE, Room, result, robots, scores_of_others
from tests.running import Server, Workshop
from tests.wire import Guest, command

TITLE = "Rivierpark tussen twee dijken"
NONE, SOME, MUCH, STRONG = (
    "Niet veel herkenning",
    "Enigszins herkenning",
    "Herkenning",
    "Sterke herkenning",
)
OFF = "Kan ik niet beoordelen"


def test_a_workshop_goes_from_the_start_form_to_the_report(server: Server, venue: Venue, tmp_path: Path):
    workshop, console = start_by_form(server, venue)
    screen = venue.screen().arrive(workshop)
    room = Room(workshop, console, screen, everybody_joins(venue, workshop, screen))
    room.robots = robots(workshop)
    begin(room)
    judge_in_silence(room)
    nobody_knows_a_score(room)
    reveal(room)
    put_another_project_beside_it(room)
    compare_organisations(room)
    talk_it_over(room)
    write_what_is_missing(room)
    judge_what_was_added(room)
    divide_dots(room)
    turn_issues_around(room)
    agree_on_actions(room)
    back_actions_while_somebody_writes(room)
    say_how_it_was(room)
    close(room)
    read_the_report(room, tmp_path)
    for robot in room.robots:
        robot.leave()


def start_by_form(server: Server, venue: Venue) -> tuple[Workshop, Console]:
    console = venue.console()
    console.open(server.url)
    console.link("home.start").click()
    console.page.get_by_role("radio", name="Van issues naar succesfactoren").check()
    console.page.get_by_label(console.t("new.session_title")).fill(TITLE)
    console.page.get_by_label(console.t("new.place")).fill("Lent")
    console.button("new.start").click()
    expect(console.heading).to_have_text(TITLE)
    urls = {
        name: console.page.get_by_role("textbox", name=console.t(f"new.{name}_address")).input_value()
        for name in ("facilitate", "join", "screen")
    }
    code, key = re.findall(r"/s/(\d{8})/facilitate#key=(.+)", urls["facilitate"])[0]
    expect(console.page.get_by_text(f"{code[:4]} {code[4:]}")).to_be_visible()
    console.link("new.open_console").click()
    console.arrive()
    # The address bar may be on the big screen: the key does not stay in it.
    console.page.wait_for_url(f"**/s/{code}/facilitate")
    assert "#" not in console.page.url
    return Workshop(server, code, key, urls), console


def everybody_joins(venue: Venue, workshop: Workshop, screen: Screen) -> list[Phone]:
    an, bo, cas, dia = phones = [venue.phone() for _ in PEOPLE]
    # One types the code, spaced as it is shown; the others scan it.
    an.open(workshop.server.url)
    an.page.get_by_label(an.t("home.code")).fill(f" {workshop.code[:4]} {workshop.code[4:]}")
    an.button("home.join").tap()
    expect(an.heading).to_have_text(TITLE)
    an.page.get_by_label("Waterschap", exact=True).check()
    an.page.get_by_label(an.t("join.name")).fill("An")
    an.button("join.enter").tap()
    an.arrive()
    expect(an.page.get_by_text("An", exact=True)).to_be_visible()
    bo.join(workshop, PEOPLE["Bo"])
    cas.join(workshop, PEOPLE["Cas"], "Cas")
    dia.join(workshop, PEOPLE["Dia"], "Dia")
    expect(screen.text("screen.present", n=len(phones)).first).to_be_visible()
    return phones


def begin(room: Room) -> None:
    console = room.console
    expect(console.text("console.lobby_present", n=len(room.phones) + len(room.robots))).to_be_visible()
    console.button("console.start").click()
    console.at(room.titles["welkom"])
    for visitor in [room.screen, *room.phones]:
        expect(visitor.heading).to_have_text(room.titles["welkom"])
    # People still come in.
    expect(room.screen.page.get_by_role("img", name=room.screen.t("common.qr"))).to_be_visible()
    room.next("aanleiding")
    room.next("herkenning")


def judge_in_silence(room: Room) -> None:
    an, bo, cas, dia = room.phones
    titles = room.items("herkenning")
    for at, title in enumerate(titles):
        an.rate(title, (STRONG, MUCH, OFF)[at % 3])
        an.button("rating.next" if at + 1 < len(titles) else "rating.overview").tap()
    expect(an.text("rating.done_title")).to_be_visible()
    bo.rate(titles[0], NONE)
    bo.rate(titles[0], SOME)
    leave_remark(bo, titles[0], "Eendenkooi")
    cas.rate(titles[0], MUCH)
    leave_remark(cas, titles[0], "Wielewaal")
    dia.rate(titles[0], NONE)
    items = room.robots[0].view["steps"]["herkenning"]["items"]
    for at, robot in enumerate(room.robots):
        answers = robot.send(
            [command("rating.rate", step="herkenning", item=item, score=1 + at % 4) for item in items]
        )
        assert all(answer["ok"] for answer in answers)
    done = 1 + len(room.robots)
    progress = {"done": done, "all": len(room.phones) + len(room.robots)}
    for watcher in (room.console, room.screen):
        bar = watcher.page.get_by_role("progressbar", name=watcher.t("rating.ready_of", **progress))
        expect(bar).to_be_visible()


def leave_remark(phone: Phone, title: str, text: str) -> None:
    phone.page.get_by_text(phone.t("rating.remark"), exact=True).tap()
    phone.page.get_by_label(phone.t("rating.remark_on", item=title)).fill(text)
    phone.button("rating.remark_save").tap()
    expect(phone.button("rating.remark_save")).to_be_hidden()
    expect(phone.saved(title)).to_be_visible()


def nobody_knows_a_score(room: Room) -> None:
    """Neither on any page nor in anything that was ever sent to one, except one's own."""
    remarks = {room.phones[1]: "Eendenkooi", room.phones[2]: "Wielewaal"}
    for visitor in room.visitors:
        words, sent = visitor.words, str(visitor.told)
        for writer, remark in remarks.items():
            if writer is not visitor:
                assert remark not in words + sent
        expect(visitor.page.get_by_role("img", name=re.compile(rf"{STRONG} \d"))).to_have_count(0)
        assert visitor.told
        for message in visitor.told:
            assert scores_of_others(message) == []
    assert own_scores(room.phones[0])["i1"]["score"] == 4
    assert own_scores(room.phones[2])["i1"] == {"score": 3, "remark": "Wielewaal"}
    assert list(own_scores(room.phones[2])) == ["i1"]
    view = room.workshop.get("/view.json").json()
    assert scores_of_others(view) == []


def own_scores(phone: Phone) -> Any:
    """What the phone was told last about its own scores."""
    told = [message[1] for message in phone.told if message[0] == "mine"]
    return told[-1]["steps"]["herkenning"]["scores"]


def reveal(room: Room) -> None:
    room.console.button("rating.reveal").click()
    first = room.items("herkenning")[0]
    eventually(lambda: scores_of_others(room.workshop.get("/view.json").json()), room.console.page)
    # An 4, Bo 2, Cas 3, Dia 1, and the robots 1 2 3 4 1 2 3 4.
    counts = {NONE: 3, SOME: 3, MUCH: 3, STRONG: 3}
    for visitor in room.visitors:
        bar = result(visitor, first).get_by_role("img").last
        expect(bar).to_have_accessible_name(
            re.compile(", ".join(f"{word} {n}" for word, n in counts.items()))
        )
        expect(result(visitor, first).get_by_text(visitor.t("rating.answers", n=12))).to_be_visible()
        # Segments as wide as their numbers: the bars have grown, and the policy let them.
        eventually(functools.partial(has_grown, bar), visitor.page)
    an, _, cas, _ = room.phones
    expect(result(an, first).get_by_text(an.t("rating.your_answer", word=STRONG))).to_be_visible()
    for reader in (room.console, an):
        result(reader, first).get_by_text(reader.t("rating.remarks", n=2)).click()
        expect(result(reader, first).get_by_text("Wielewaal")).to_be_visible()
        assert "Cas" not in result(reader, first).inner_text()
    expect(cas.page.get_by_role("radio")).to_have_count(0)


SEGMENTS = """bar => [...bar.children].filter(part => part.textContent.trim()).map(
    part => [Number(part.textContent), part.getBoundingClientRect().width])"""


def has_grown(bar: Locator) -> bool:
    """Whether every segment is about as wide as its number asks for."""
    segments = bar.evaluate(SEGMENTS)
    unit = sum(width for _, width in segments) / max(1, sum(count for count, _ in segments))
    return unit > 5 and all(abs(width / unit - count) < 0.25 * count for count, width in segments)


def put_another_project_beside_it(room: Room) -> None:
    reference = "Sterke Lekdijk"
    for visitor in [room.screen, *room.phones]:
        assert reference not in visitor.page.get_by_role("main").inner_text()
    room.console.button("rating.beside", label=reference).click()
    for visitor in room.visitors:
        expect(visitor.page.get_by_text(reference).first).to_be_visible()


def compare_organisations(room: Room) -> None:
    first = room.items("herkenning")[0]
    # The screen shows what the console compares.
    room.console.page.keyboard.press("g")
    for watcher in (room.console, room.screen):
        for organisation in PEOPLE.values():
            bar = result(watcher, first).get_by_role("img", name=f"{organisation}: ")
            expect(bar).to_be_visible()
        bar = result(watcher, first).get_by_role("img", name="Waterschap: ")
        expect(bar).to_have_accessible_name(re.compile(f"{NONE} 1, {SOME} 1, {MUCH} 0, {STRONG} 1"))
    # Those of one's own device change nothing for others.
    expect(result(room.phones[0], first).get_by_role("img", name="Waterschap: ")).to_have_count(0)
    # The screen's own key is for the screen alone.
    own = result(room.screen, first).get_by_role("img", name="Waterschap: ")
    room.screen.page.keyboard.press("g")
    expect(own).to_have_count(0)
    expect(result(room.console, first).get_by_role("img", name="Waterschap: ")).to_be_visible()
    room.screen.page.keyboard.press("g")
    expect(own).to_be_visible()
    room.console.page.keyboard.press("s")
    ranked = room.robots[0].view["steps"]["herkenning"]["results"]
    items = room.robots[0].view["steps"]["herkenning"]["items"]
    most_divided = min(ranked, key=lambda item: ranked[item]["divided_rank"])
    for watcher, level in ((room.console, 4), (room.screen, 2)):
        top = watcher.page.get_by_role("heading", level=level).first
        expect(top).to_have_text(items[most_divided]["title"])


def talk_it_over(room: Room) -> None:
    """What divides most comes first; everybody sees what is in the spotlight, and what was concluded."""
    room.next("gesprek")
    console = room.console
    first = console.page.locator(".talk-topic h3").first
    results = room.robots[0].view["steps"]["herkenning"]["results"]
    most_divided = min(results, key=lambda item: results[item]["divided_rank"])
    title = room.robots[0].view["steps"]["herkenning"]["items"][most_divided]["title"]
    expect(first).to_contain_text(title)
    console.page.keyboard.press("n")
    for visitor in [room.screen, *room.phones]:
        expect(visitor.page.get_by_role("heading", level=2, name=title)).to_be_visible()
        expect(visitor.page.get_by_role("img").first).to_be_visible()
    console.page.keyboard.press("1")
    for visitor in [room.screen, *room.phones]:
        expect(visitor.page.get_by_text("Dit pakken we aan", exact=True).first).to_be_visible()
    console.page.keyboard.press("o")


def write_what_is_missing(room: Room) -> None:
    room.next("aanvullen")
    an, bo, cas, _ = room.phones
    an.write("We horen te laat van elkaars plannen")
    for reader in (bo, cas, room.console, room.screen):
        expect(reader.card("We horen te laat")).to_be_visible()
        assert "Waterschap" not in reader.card("We horen te laat").inner_text()

    bo.page.get_by_role("button", name=bo.t("canvas.me_too")).tap()
    expect(an.card("We horen te laat").get_by_text(an.t("canvas.supported", n=1))).to_be_visible()
    expect(bo.page.get_by_role("button", name=bo.t("canvas.me_too"), pressed=True)).to_be_visible()

    edit = an.edit("We horen te laat")
    edit.get_by_label(an.t("canvas.text")).fill("We horen pas laat van elkaars plannen")
    an.button("canvas.save", edit).tap()
    for reader in (bo, room.screen):
        expect(reader.card("We horen pas laat")).to_be_visible()
        expect(reader.card("We horen te laat")).to_have_count(0)

    suggestion = "Het projectteam ziet kansen liggen"
    cas.page.get_by_text(cas.t("canvas.suggestions"), exact=True).tap()
    cas.button("canvas.take_over", cas.card(suggestion)).tap()
    expect(cas.card(suggestion).get_by_text(cas.t("canvas.taken_over"))).to_be_visible()
    expect(an.card(suggestion).get_by_role("button", name=an.t("canvas.me_too"))).to_be_visible()

    bo.write("Hier had ik iets anders bedoeld")
    dialog = bo.edit("Hier had ik iets anders")
    bo.button("canvas.remove", dialog).tap()
    bo.button("canvas.remove_yes", dialog).tap()
    for reader in (bo, an, room.console):
        expect(reader.card("Hier had ik iets anders")).to_have_count(0)


def judge_what_was_added(room: Room) -> None:
    room.next("aanvullingen-peilen")
    an, bo, *_ = room.phones
    assert room.items("aanvullingen-peilen") == [
        "We horen pas laat van elkaars plannen",
        "Het projectteam ziet kansen liggen, maar mag er zelf niets over beslissen.",
    ]
    for phone, word in ((an, MUCH), (bo, NONE)):
        phone.rate("We horen pas laat", word)
    room.console.page.keyboard.press("r")
    for visitor in room.visitors:
        expect(visitor.page.get_by_role("img", name=re.compile(f"{NONE} 1.*{MUCH} 1"))).to_be_visible()


def divide_dots(room: Room) -> None:
    """Three dots each, over what was judged and what was added; nobody sees where they lie."""
    room.next("kiezen")
    an, bo, *_ = room.phones
    tunnel, late = room.items("kiezen")[1], "We horen pas laat van elkaars plannen"
    for title in (tunnel, late, room.items("kiezen")[2]):
        more(an, title).tap()
        expect(an.item(title).get_by_role("status")).to_have_text("1")
    expect(an.exactly("rating.dots_gone")).to_be_visible()
    expect(more(an, room.items("kiezen")[3])).to_be_disabled()
    more(bo, tunnel).tap()
    expect(bo.item(tunnel).get_by_role("status")).to_have_text("1")
    for robot in room.robots:
        answers = robot.send([command("rating.dots", step="kiezen", item="i2", dots=1)])
        assert all(answer["ok"] for answer in answers)
    room.console.page.keyboard.press("r")
    for visitor in room.visitors:
        total = visitor.t("rating.dots", n=2 + len(room.robots))
        expect(result(visitor, tunnel).get_by_role("img", name=total)).to_be_visible()


def more(phone: Phone, title: str) -> Locator:
    return phone.page.get_by_role("button", name=phone.t("rating.dot_more", item=title))


def turn_issues_around(room: Room) -> None:
    """Success factors for the issues that got most dots, one of our own too, as a heat map while it grows."""
    room.next("succesfactoren")
    an, bo, *_ = room.phones
    tunnel = room.items("succesfactoren")[0]
    assert tunnel == "Tunnelverkenning"
    factor, own = "Integrale opdracht", "Samen de wijk in lopen"
    an.item(tunnel).get_by_role("checkbox", name=factor).tap()
    expect(an.saved(tunnel)).to_be_visible()
    an.item(tunnel).get_by_label(an.t("rating.own_target")).fill(own)
    an.button("rating.add", an.item(tunnel)).tap()
    an.item(tunnel).get_by_role("checkbox", name=own).tap()
    bo.item(tunnel).get_by_role("checkbox", name=factor).tap()
    expect(bo.saved(tunnel)).to_be_visible()
    for visitor in (room.console, room.screen):
        row = visitor.page.get_by_role("row", name=tunnel).first
        expect(row.get_by_role("cell", name=re.compile("^2")).first).to_be_visible()
        expect(visitor.page.get_by_role("columnheader", name=own).first).to_be_visible()
    room.console.button("rating.end_round").click()
    expect(an.page.get_by_role("checkbox")).to_have_count(0)


def agree_on_actions(room: Room) -> None:
    """Locking takes nothing away from those who write; an action is agreed when it has an owner and a date."""
    room.next("acties")
    an, bo, cas, _ = room.phones
    an.composer.fill("Joris belt de provincie")
    room.console.page.keyboard.press("l")
    expect(an.text("canvas.step_locked")).to_be_visible()
    expect(an.page.get_by_text("Joris belt de provincie")).to_be_visible()
    expect(bo.composer).to_have_count(0)
    room.console.button("console.unlock").click()
    expect(an.composer).to_have_value("Joris belt de provincie")
    an.write("Joris belt de provincie vóór 1 maart")
    dialog = an.edit("Joris belt")
    dialog.get_by_label(an.t("canvas.move_to")).select_option(label="In het gebied (tactisch)")
    an.button("canvas.save", dialog).tap()
    expect(an.page.get_by_role("heading", name="In het gebied (tactisch)")).to_be_visible()
    expect(cas.card("Joris belt")).to_have_count(0)
    cas.button("canvas.next_box").tap()

    on_screen = room.screen.card("Joris belt de provincie vóór 1 maart")
    expect(on_screen.get_by_text(room.screen.t("canvas.no_date"))).to_be_visible()
    cas.button("canvas.take", cas.card("Joris belt")).tap()
    expect(cas.dialog.get_by_label("Trekker")).to_have_value("Cas")
    cas.dialog.get_by_label("Gereed op").fill("2027-03-01")
    cas.button("canvas.take", cas.dialog).tap()
    expect(cas.card("Joris belt").get_by_text(cas.t("canvas.you_take"))).to_be_visible()
    expect(on_screen.get_by_text(room.screen.t("canvas.agreed"))).to_be_visible()
    bo.button("canvas.next_box").tap()
    bo.button("canvas.join", bo.card("Joris belt")).tap()
    expect(cas.card("Joris belt").get_by_text(re.compile(PEOPLE["Bo"]))).to_be_visible()


def back_actions_while_somebody_writes(room: Room) -> None:
    """The others go on; who writes stays, and can come back."""
    an, bo, cas, dia = room.phones
    cas.composer.fill("Wij willen graag dat")
    room.next("steunen", followers=(an, bo, dia))
    expect(cas.text("participant.behind", step=10)).to_be_visible()
    expect(cas.heading).to_have_text(room.titles["acties"])
    expect(cas.composer).to_have_value("Wij willen graag dat")
    cas.button("participant.go_along").tap()
    expect(cas.heading).to_have_text(room.titles["steunen"])
    cas.button("participant.steps").tap()
    cas.dialog.get_by_role("button", name=room.titles["acties"]).tap()
    expect(cas.composer).to_have_value("Wij willen graag dat")
    cas.composer.fill("Wij willen graag dat er één tafel komt")
    cas.button("canvas.add_card").tap()
    expect(cas.card("één tafel komt").get_by_text(cas.t("participant.saved"))).to_be_visible()
    cas.button("participant.go_along").tap()
    more(dia, "Wij willen graag dat er één tafel komt").tap()
    room.console.page.keyboard.press("r")
    one = room.console.t("rating.dots", n=1)
    expect(
        result(room.console, "Wij willen graag dat er één tafel komt").get_by_role("img", name=one)
    ).to_be_visible()


def say_how_it_was(room: Room) -> None:
    """Closing questions are for the report, an address is for nobody to see."""
    room.next("afronding")
    an, *_ = room.phones
    an.page.get_by_label("Wat neem je mee?").fill("Eerst bellen, dan schrijven")
    an.button("page.send").tap()
    expect(an.button("page.send")).to_have_count(0)
    an.page.get_by_label(an.t("page.mail_label")).fill("an@waterschap.example")
    an.button("page.mail_yes").tap()
    expect(an.text("page.mail_saved").first).to_be_attached()
    for visitor in room.visitors:
        if visitor is not an:
            assert "an@waterschap" not in visitor.words + str(visitor.told)


def close(room: Room) -> None:
    console = room.console
    console.button("console.close").click()
    console.button("console.close_yes", console.dialog).click()
    expect(console.text("console.closed_title")).to_be_visible()
    expect(room.screen.heading).to_have_text(room.screen.t("screen.closed_title"))
    for phone in room.phones:
        expect(phone.exactly("participant.closed")).to_be_visible()
    assert room.workshop.get("").status_code == 410


def read_the_report(room: Room, tmp_path: Path) -> None:
    console = room.console
    console.link("console.open_report").click()
    report = console.page.get_by_role("article")
    for text in (TITLE, "We horen pas laat", "Samen de wijk in", "Wielewaal", "Joris belt", "Eerst bellen"):
        expect(report.get_by_text(text).first).to_be_visible()
    expect(report.get_by_text("Hier had ik iets anders")).to_have_count(0)
    with console.page.expect_download() as downloading:
        console.link("report.markdown").click()
    markdown = downloading.value
    assert markdown.suggested_filename == f"dialoogtafel-{room.workshop.code}.md"
    markdown.save_as(tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text("utf-8")
    assert text.startswith("# ")
    assert TITLE in text
    assert "Eerst bellen, dan schrijven" in text
    assert "an@waterschap" not in text
    # Names were not allowed when the session was started; Cas is there as the owner of an action, as he typed it.
    assert not re.search(r"\b(An|Dia)\b", text)
    console.page.go_back()
    console.arrive()


# one phone


def started(server: Server) -> tuple[Workshop, Guest]:
    """A session in its second half, and who steers it."""
    workshop = server.start_session("issues-naar-succesfactoren")
    facilitator = Guest(workshop, "facilitator").attend()
    steer(facilitator, "herkenning")
    return workshop, facilitator


def steer(facilitator: Guest, step: str) -> str:
    """Go to *step*; its title."""
    answer = facilitator.command("session.go", step=step)
    assert answer["ok"], answer
    title: str = facilitator.up_to(answer["seq"]).view["agenda"][step]["title"]
    return title


def test_a_reload_in_the_middle_keeps_who_i_am_and_what_i_wrote(server: Server, venue: Venue):
    workshop, facilitator = started(server)
    phone = venue.phone().join(workshop, "Waterschap", "An")
    phone.rate("Geen integraal doel", STRONG)
    phone.button("rating.next").tap()
    phone.rate("Tunnelverkenning", OFF)
    phone.page.get_by_text(phone.t("rating.remark"), exact=True).tap()
    remark = phone.page.get_by_label(phone.t("rating.remark_on", item="Tunnelverkenning"))
    remark.fill("Half af")

    phone.page.reload()
    # Where I was: at the first issue without an answer, and no join form.
    expect(phone.item("Projectdominantie")).to_be_visible()
    phone.button("rating.previous").tap()
    expect(phone.chosen("Tunnelverkenning", OFF)).to_be_visible()
    expect(remark).to_have_value("Half af")

    title = steer(facilitator, "aanvullen")
    expect(phone.heading).to_have_text(title)
    phone.write("We praten te laat met elkaar")
    phone.composer.fill("En dan nog iets over")

    phone.page.reload()
    expect(phone.heading).to_have_text(title)
    expect(phone.composer).to_have_value("En dan nog iets over")
    expect(phone.card("We praten te laat").get_by_text(phone.t("participant.saved"))).to_be_visible()
    expect(phone.button("canvas.edit_card", phone.card("We praten te laat"))).to_be_visible()
    phone.button("participant.you").tap()
    expect(phone.dialog.get_by_label(phone.t("participant.name_optional"))).to_have_value("An")
    [person] = facilitator.view["people"].values()
    assert (person["name"], person["organisation"]) == ("An", "Waterschap")
    facilitator.leave()


def test_a_second_tab_is_the_same_person(server: Server, venue: Venue):
    workshop, facilitator = started(server)
    phone = venue.phone().join(workshop, "Gemeente")
    tab = phone.again().open(workshop.page).arrive()
    phone.rate("Geen integraal doel", MUCH)
    expect(tab.chosen("Geen integraal doel", MUCH)).to_be_visible()

    steer(facilitator, "aanvullen")
    tab.write("Uit de tweede tab")
    expect(phone.button("canvas.edit_card", phone.card("Uit de tweede tab"))).to_be_visible()
    assert len(facilitator.view["people"]) == 1
    facilitator.leave()


def test_a_session_in_english_for_those_who_read_english(server: Server, venue: Venue):
    console = venue.console(language="en").open(f"{server.url}/new")
    expect(console.heading).to_have_text("Start a session")
    console.page.get_by_role("radio", name="From issues to success factors").check()
    console.button("new.start").click()
    console.link("new.open_console").click()
    console.arrive()
    code = re.findall(r"/s/(\d{8})/", console.page.url)[0]
    phone = venue.phone(language="en").open(f"{server.url}/s/{code}")
    phone.page.get_by_label("Water board", exact=True).check()
    phone.button("join.enter").tap()
    phone.arrive()
    console.button("console.start").click()
    console.at("Welcome and who is here")
    console.go("How recognisable is this?")
    phone.rate("No integral goal", "Strong recognition")
    expect(phone.text("rating.answered_of", done=1, items=10)).to_be_visible()
    expect(console.text("rating.begun", n=1)).to_be_visible()
    # A Dutch device in the same session: Dutch buttons around the English texts.
    other = venue.phone().join(Workshop(server, code, "", {}), "Province")
    expect(other.heading).to_have_text("How recognisable is this?")
    expect(other.page.get_by_text("Stap 3 van 11")).to_be_visible()
