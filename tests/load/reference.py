"""The reference: the plainest relay with Flask-SocketIO on eventlet, as its documentation shows it.

Whoever joins enters a room; every card goes to everybody in the room and is acknowledged.  Nothing is checked and
nothing is stored.  ``python reference.py PORT``
"""

import warnings

warnings.filterwarnings("ignore", message="[\\s\\S]*Eventlet is deprecated", category=DeprecationWarning)

import eventlet  # noqa: E402

eventlet.monkey_patch()

import sys  # noqa: E402
from typing import Any  # noqa: E402

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app)


@socketio.on("join")
def on_join(data: dict[str, Any]) -> dict[str, Any]:
    join_room(data["room"])
    return {"ok": True}


@socketio.on("add_card")
def on_card(data: dict[str, Any]) -> dict[str, Any]:
    emit("card", data, to=data["room"])
    return {"ok": True}


if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=int(sys.argv[1]))
