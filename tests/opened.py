"""A server with a window into it, and without the patches that are named in OFF: ``python tests/opened.py --port …``.

It only runs under tests: they show what each patch is good for by what goes wrong without it.
"""

import gc
import os
import resource
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from eventlet.support.greenlets import greenlet

import server
from sessions.web import patches

PING_SECONDS = float(os.environ.get("PING_SECONDS", "15"))

make_app = server.make_app


def opened(*arguments: Any) -> Any:
    app, sockets, hall = make_app(*arguments)
    sockets.server.eio.ping_interval = sockets.server.eio.ping_timeout = PING_SECONDS

    def greenlets() -> str:
        alive = (found for found in gc.get_objects() if isinstance(found, greenlet) and found)
        return str(sum(1 for _ in alive))

    def waiting() -> str:
        lines = sockets.server.eio.sockets.values()
        return str(sum(line.queue.qsize() + len(getattr(line, "_waiting", ())) for line in lines))

    app.add_url_rule("/greenlets", view_func=greenlets)
    app.add_url_rule("/waiting", view_func=waiting)
    return app, sockets, hall


if files := int(os.environ.get("FILES", "0")):
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
patches.OFF.update(filter(None, os.environ.get("OFF", "").split(",")))
server.make_app = opened  # type: ignore[assignment]
server.main(sys.argv[1:])
