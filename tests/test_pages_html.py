"""The pages as the server renders them: what was typed stays, errors are tied to their fields, and all of it is small."""

import gzip
import re
from typing import Any

import pytest
from flask import Flask, render_template

from sessions.texts import texts
from sessions.web.assets import STATIC, Assets, register

SESSION = {
    "title": "Dialogen afbakenen",
    "language": "nl",
    "code": "4827 1503",
    "organisation_label": "Namens welke organisatie doe je mee?",
    "organisations": {
        "o1": {"title": "Waterschap", "order": 2},
        "o2": {"title": "Provincie", "order": 1},
        "o3": {"title": "Gemeente <Midden>", "order": 3},
    },
    "ask": {
        "name": "optional",
        "organisation": "required",
        "role": {"r1": {"title": "Bestuurlijk", "order": 1}, "r2": {"title": "Ambtelijk", "order": 2}},
    },
    "place": "Den Bosch",
    "names": False,
}
PLAYBOOK = {
    "id": "peiling",
    "title": "Snelle peiling",
    "minutes": 20,
    "steps": [{"title": "Welkom", "minutes": 5}],
}


@pytest.fixture(scope="module")
def site():
    app = Flask("site", template_folder=str(STATIC.parent / "templates"), static_folder=None)
    return app, register(app)


@pytest.fixture
def render(site):
    app, assets = site

    def rendered(name: str, page: str = "plain", language: Any = "nl", **context: Any) -> str:
        made = assets.page(page, language)
        with app.test_request_context():
            return render_template(
                f"{name}.html", t=texts(language).t, language=language, nonce="n0", assets=made, **context
            )

    return rendered


def join(render, values=None, errors=None, **session):
    told = {"session": {**SESSION, **session}, "entry": "48271503", "when": None}
    return render("join", **told, values=values or {}, errors=errors or {})


def fetched(html: str) -> set[str]:
    """The addresses of the files that a page fetches by itself."""
    return set(re.findall(r'(?:href|src)="(/static/h/[^"]+)"', html))


def weight(html: str, assets: Assets) -> int:
    """Bytes of a first visit: the page and every file that it fetches, compressed."""
    names = {url.rsplit("/", 1)[1] for url in fetched(html)}
    return len(gzip.compress(html.encode(), 9)) + sum(len(assets.files[name].gzipped) for name in names)


def test_joining_asks_for_the_organisation_in_the_order_of_the_session(render):
    html = join(render)
    assert re.findall(r'name="organisation" value="([^"]*)"', html) == [
        "Provincie",
        "Waterschap",
        "Gemeente &lt;Midden&gt;",
        "",
    ]
    assert "<script" not in html


def test_a_session_without_a_date_only_names_its_place(render):
    assert '<p class="muted">Den Bosch</p>' in join(render)


def test_what_was_typed_stays_when_something_is_missing(render):
    values = {"name": 'Noor "N" <b>', "organisation": "Waterschap", "role": "Ambtelijk"}
    html = join(render, values, {"name": "Vul je naam in."})
    assert 'value="Noor &#34;N&#34; &lt;b&gt;"' in html
    assert re.search(r'value="Waterschap" required checked', html)
    assert re.search(r'<option value="Ambtelijk" lang="nl" selected>', html)
    assert len(re.findall(r" checked| selected", html)) == 2


def test_an_error_is_tied_to_its_field_and_listed_on_top(render):
    html = join(render, {}, {"organisation": "Kies een organisatie.", "": "De sessie is vol."})
    assert 'aria-describedby="organisation-error" aria-invalid="true"' in html
    assert '<p class="field-error" id="organisation-error">Kies een organisatie.</p>' in html
    assert '<a href="#organisation">Kies een organisatie.</a>' in html
    assert "<li>De sessie is vol.</li>" in html
    assert re.search(r'<input type="radio" id="organisation" name="organisation"', html)


def test_an_organisation_that_is_not_in_the_list_can_be_typed(render):
    html = join(render, {"organisation": "", "organisation_other": "Deltares"})
    assert 'name="organisation" value="" checked' in html
    assert 'value="Deltares"' in html


def test_a_session_without_a_list_of_organisations_asks_for_a_text(render):
    html = join(render, organisations={})
    assert 'type="radio"' not in html
    assert re.search(r'<input class="input" id="organisation_other"[^>]* required=""', html)


def test_a_session_asks_no_more_than_it_wants_to_know(render):
    html = join(render, organisations={}, ask={"name": "no", "organisation": "no"})
    assert re.findall(r'name="(\w+)"', html.split("<form")[1]) == []


@pytest.mark.parametrize(("names", "promise"), [(True, "join.name_shown"), (False, "join.name_not_shown")])
def test_people_read_what_happens_with_their_name(render, names, promise):
    assert texts("nl").t(promise) in join(render, names=names)


@pytest.mark.parametrize("needed", [True, False])
def test_starting_a_session_asks_for_a_password_only_where_it_is_needed(render, needed):
    html = render(
        "new", playbooks=[PLAYBOOK], values={"playbook": "peiling"}, errors={}, needs_password=needed
    )
    assert ('type="password"' in html) == needed
    assert 'value="peiling" required checked' in html


def test_a_typed_password_is_never_sent_back(render):
    values = {"password": "geheim"}
    html = render(
        "new", playbooks=[PLAYBOOK], values=values, errors={"password": "Klopt niet."}, needs_password=True
    )
    assert "geheim" not in html


def test_boot_data_cannot_break_out_of_its_element(render):
    html = render("participant", "participant", session=SESSION, boot={"title": "</script><script>"}, qr=None)
    assert html.count("</script>") == html.count("<script")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_names_its_language_and_offers_the_other(render, language):
    html = render("error", language=language, message="Zo.")
    other = {"nl": "en", "en": "nl"}[language]
    assert f'<html lang="{language}">' in html
    assert f'href="?language={other}"' in html


# The first visit, in bytes of gzip, at most.
BUDGETS = {"join": 14_000, "participant": 55_000, "console": 75_000, "screen": 70_000, "report": 60_000}
SHAPES = ("dotresults", "heatmap", "matrix")
# What `_parts` in pages.py gives for a step, at most.
PARTS = [
    *([kind] for kind in ("lobby", "canvas", "rating", "page")),
    *([kind, shape] for kind in ("revealed", "discussion", "rating") for shape in SHAPES),
    *(["page", "results", shape] for shape in SHAPES),
    *(["page", "asks", shown] for shown in ("told", "board", "topics", "results")),
]
# All that the later steps need, fetched while nobody waits.
MOST_CHUNKS = 90_000


@pytest.mark.parametrize(("page", "most"), BUDGETS.items())
def test_a_first_visit_fits_its_budget(render, site, page, most):
    _, assets = site
    if page == "join":
        html = join(render)
    else:
        boot = {"catalogue": texts("nl").among(assets.page(page).words)}
        qr = "<svg>" + "x" * 2_000
        urls = {"console": "/", "markdown": "/", "html": "/", "docx": "/"}
        context = {"session": SESSION, "boot": boot, "qr": qr, "urls": urls, "report": ""}
        # Whatever the current step is drawn with.
        html = max(
            (render(page, page, **context, parts=parts) for parts in PARTS),
            key=lambda html: weight(html, assets),
        )
    assert weight(html, assets) <= most
    # The page itself, the live connection, and the files it fetches.
    assert 2 + len(fetched(html)) <= 10


@pytest.mark.parametrize("page", ["participant", "console", "screen"])
def test_all_kinds_of_step_together_are_not_much(site, page):
    _, assets = site
    urls = {url for each in assets.page(page).chunks.values() for url in each}
    assert sum(len(assets.files[url.rsplit("/", 1)[1]].gzipped) for url in urls) <= MOST_CHUNKS


@pytest.mark.parametrize("page", ["participant", "console", "screen"])
def test_a_page_fetches_what_the_current_step_needs_at_once(render, site, page):
    _, assets = site
    made = assets.page(page, "en")
    for kind, urls in made.chunks.items():
        boot: dict[str, object] = {}
        html = render(page, page, language="en", session=SESSION, boot=boot, qr="", parts=[kind])
        assert fetched(html) == {made.css_url, *made.preload, *urls}
        assert all(url.endswith(".en.js") for url in urls)
