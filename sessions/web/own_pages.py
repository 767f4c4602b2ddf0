"""Own playbooks as things to look after: renamed, downloaded, deleted.

Whoever may start sessions here may do so, and they show that as they do there: from the machine itself, or with the
password.  The shipped playbooks have no pages of this kind, and a session that began with one has a plan of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Blueprint, Response, redirect, request

from sessions.message import Refused
from sessions.own_playbooks import PREFIX
from sessions.playbook import BadPlaybook, Playbook
from sessions.text import clean
from sessions.texts import LANGUAGES
from sessions.web.desk import Desk, Problem, device_language, device_texts, json_answer, rendered
from sessions.web.starting import check_creator, may_see_own, remembered

T = TypeVar("T")

MAX_TITLE = 120
_BACK = "/new#playbook"


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the pages of own playbooks on *bp*."""

    @bp.get("/api/playbooks/own")
    def own_playbooks() -> Any:
        if not may_see_own(desk):
            raise Problem(403, "forbidden", "error.own.not_here")
        language = device_language()
        good, _ = desk.blocking(desk.own.all)
        return json_answer([{"id": id, "title": one.text("title", language)} for id, one in good.items()])

    @bp.post("/playbooks/<name>/password")
    def own_password(name: str) -> Any:
        what = "delete" if request.form.get("what") == "delete" else "rename"
        try:
            check_creator(desk, request.form.get("password", ""))
        except Problem as problem:
            told = {"password": device_texts().t(problem.key, **problem.params)}
            return _page(desk, name, what, errors=told), problem.status
        return remembered(desk, redirect(f"/playbooks/{name}/{what}", 303))

    @bp.get("/playbooks/<name>/<any(rename, delete):what>")
    def own_page(name: str, what: str) -> Any:
        if not may_see_own(desk):
            return _page(desk, name, what), 403
        return _page(desk, name, what, _there(desk, desk.own.one, name))

    @bp.get("/playbooks/<name>/file")
    def own_file(name: str) -> Any:
        _check_may(desk)
        content = _there(desk, desk.own.content, name)
        response = Response(content, content_type="application/toml; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.toml"'
        return response

    @bp.post("/playbooks/<name>/rename")
    def own_rename(name: str) -> Any:
        _check_may(desk)
        there = _there(desk, desk.own.one, name)
        values = {
            field: clean(request.form.get(field, ""), newlines=False) for field in ("title", "title_en")
        }
        if errors := _errors(values, bilingual=_bilingual(there)):
            return _page(desk, name, "rename", there, values, errors), 400
        title = dict(zip(LANGUAGES, values.values(), strict=True)) if _bilingual(there) else values["title"]
        try:
            kept = desk.blocking(lambda: desk.own.rename(_id(name), title))
        except BadPlaybook as wrong:
            return _page(desk, name, "rename", there, values, {"title": wrong.told(device_language())}), 400
        except Refused as refused:
            told = {"title": device_texts().t(refused.key, **refused.params)}
            return _page(desk, name, "rename", there, values, told), 409
        return redirect(f"/new?playbook={kept.id}#playbook", 303)

    @bp.post("/playbooks/<name>/delete")
    def own_delete(name: str) -> Any:
        _check_may(desk)
        _there(desk, desk.own.remove, name)
        return redirect(_BACK, 303)


def _id(name: str) -> str:
    return f"{PREFIX}{name}"


def _there(desk: Desk, look: Callable[[str], T], name: str) -> T:
    """What *look* gives for the playbook of that name; raises Problem when it is gone."""
    try:
        found: T = desk.blocking(look, _id(name))
    except Refused as refused:
        raise Problem(404, "unknown", refused.key, **refused.params) from None
    return found


def _check_may(desk: Desk) -> None:
    if not may_see_own(desk):
        raise Problem(403, "forbidden", "error.own.not_here")


def _bilingual(playbook: Playbook | BadPlaybook) -> bool:
    return isinstance(playbook, Playbook) and isinstance(playbook.raw["title"], dict)


def _errors(values: Mapping[str, str], *, bilingual: bool) -> dict[str, str]:
    """Field -> sentence, of what is wrong with titles."""
    t = device_texts().t
    errors = {}
    for name in ("title", "title_en") if bilingual else ("title",):
        if not values[name]:
            errors[name] = t("error.own.title_missing")
        elif len(values[name]) > MAX_TITLE:
            errors[name] = t("error.text.too_long", most=MAX_TITLE, length=len(values[name]))
    return errors


def _page(
    desk: Desk,
    name: str,
    what: str,
    playbook: Playbook | BadPlaybook | None = None,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """The page that asks; without a *playbook* it asks for the password, or says who may."""
    good = playbook if isinstance(playbook, Playbook) else None
    titles = {"title": good.text("title", "nl"), "title_en": good.text("title", "en")} if good else {}
    return rendered(
        desk,
        "own",
        file=name,
        what=what,
        shown=playbook is not None,
        title=good.text("title", device_language()) if good else f"{name}.toml",
        wrong=playbook.told(device_language()) if isinstance(playbook, BadPlaybook) else "",
        bilingual=playbook is not None and _bilingual(playbook),
        values=values or titles,
        errors=errors or {},
        needs_password=bool(desk.settings.create_password),
    )
