"""The figures of a session, one at a time: for whoever may see its results, on the screen or in a presentation."""

from typing import Any

from flask import Blueprint, Response

from sessions import report_forms
from sessions.web.desk import Desk, Problem, admitted


def register(bp: Blueprint, desk: Desk) -> None:
    """Put the route of the figures on *bp*."""

    @bp.get("/s/<code>/figure/<id>.svg")
    def figure(code: str, id: str) -> Any:
        session = admitted(desk, code, "participant", "screen").room.committed
        if not (picture := desk.scribes.made(report_forms.figure, session, id)):
            raise Problem(404, "unknown", "error.http.not_found")
        response = Response(picture, content_type="image/svg+xml; charset=utf-8")
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
