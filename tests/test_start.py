"""Starting and stopping: one clear sentence when it cannot start, and a stop that loses nothing."""

import re
import signal
import socket
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator

import pytest
import requests

from sessions.texts import texts
from sessions.web.settings import SETTINGS, CannotStart, read_settings, variable
from tests.running import ROOT, STOP_SECONDS, Server, free_port, launch
from tests.wire import Guest, command


def refusal_to_start(*arguments: str, **environment: str) -> str:
    """What a server that cannot start says on stderr; it must say one line, print nothing and end with 2."""
    process = launch(*arguments, environment=environment)
    printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed) == (2, "")
    assert said.count("\n") == 1, said
    return said.strip()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def said(key: str, **params: object) -> str:
    return texts("en").t(key, **params)


# what it prints


def test_it_says_when_it_is_ready_and_that_is_true(server):
    assert server.lines[0].strip() == f"Ready: http://127.0.0.1:{server.port}"
    assert requests.get(f"{server.url}/healthz", timeout=20).text == "ok\n"


def test_it_tells_phones_in_the_same_network_where_to_go(tmp_path):
    port = free_port()
    process = launch("--port", str(port), "--data", str(tmp_path / "data"))
    assert process.stdout
    assert process.stderr
    line = process.stdout.readline()
    process.terminate()
    process.wait(STOP_SECONDS)
    process.stdout.close()
    process.stderr.close()
    assert line.startswith(f"Ready: http://localhost:{port}")
    elsewhere = re.findall(r"http://([0-9.]+):", line)
    assert not set(elsewhere) & {"0.0.0.0", "localhost"}  # noqa: S104


def test_settings_may_come_from_the_environment(tmp_path):
    port = free_port()
    server = Server(tmp_path / "data", port=port)
    process = launch(
        environment={
            "DIALOOGTAFEL_HOST": "127.0.0.1",
            "DIALOOGTAFEL_PORT": str(port),
            "DIALOOGTAFEL_DATA": str(tmp_path / "data"),
        }
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline().startswith(f"Ready: {server.url}")
    assert server.database.exists()
    process.terminate()
    assert process.wait(STOP_SECONDS) == 0
    process.stdout.close()
    process.stderr.close()


def test_secrets_are_for_the_owner_alone_and_no_key_is_kept(start_server):
    server = start_server()
    workshop = server.start_session()
    assert stat.S_IMODE((server.data / "secret").stat().st_mode) == 0o600
    assert len((server.data / "secret").read_text()) >= 32
    server.stop()
    for path in server.data.iterdir():
        assert workshop.key.encode() not in path.read_bytes()


# what it cannot do


def test_a_second_server_on_the_same_data_folder_does_not_start(server):
    sentence = refusal_to_start("--host", "127.0.0.1", "--port", str(free_port()), "--data", str(server.data))
    assert sentence == said("error.start.locked", folder=server.data)
    assert requests.get(f"{server.url}/healthz", timeout=20).status_code == 200


def test_the_lock_of_a_server_that_was_killed_holds_nobody_up(start_server):
    server = start_server()
    server.kill()
    server.start()


def test_a_data_folder_that_cannot_be_made_or_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in (str(tmp_path / "file" / "data"), "/proc/dialoogtafel"):
        sentence = refusal_to_start("--port", str(free_port()), "--data", folder)
        assert sentence.startswith(f"The data folder {folder} cannot be written:")


def test_a_database_that_is_none_is_named(tmp_path):
    (tmp_path / "dialoogtafel.sqlite").write_text("This is a shopping list. " * 1_000)
    sentence = refusal_to_start("--port", str(free_port()), "--data", str(tmp_path))
    assert sentence.startswith(f"The database {tmp_path / 'dialoogtafel.sqlite'} cannot be opened:")


def test_a_port_that_is_in_use_is_named(tmp_path, taken_port):
    sentence = refusal_to_start(
        "--host", "127.0.0.1", "--port", str(taken_port), "--data", str(tmp_path / "data")
    )
    assert sentence == said("error.start.port_taken", port=str(taken_port))


def test_two_servers_never_share_a_port(server, tmp_path):
    sentence = refusal_to_start(
        "--host", "127.0.0.1", "--port", str(server.port), "--data", str(tmp_path / "other")
    )
    assert sentence == said("error.start.port_taken", port=str(server.port))


@pytest.mark.parametrize("port", ["0", "-1", "65536", "eighty", "80.5", ""])
def test_what_is_no_port_is_named(port):
    with pytest.raises(CannotStart) as found:
        read_settings([], {"DIALOOGTAFEL_PORT": port})
    assert said(found.value.key, **found.value.params) == said("error.start.port_number", port=port)


def test_what_is_no_address_of_this_machine_is_named(tmp_path):
    for host in ("192.0.2.1", "no such host"):
        sentence = refusal_to_start(
            "--host", host, "--port", str(free_port()), "--data", str(tmp_path / "data")
        )
        assert sentence.startswith(f"Cannot listen on {host}:")


def test_the_sentence_is_in_the_language_of_the_machine_and_nothing_is_left_behind(tmp_path):
    sentence = refusal_to_start("--log-level", "luid", "--data", str(tmp_path / "data"), LANG="nl_NL.UTF-8")
    assert sentence == texts("nl").t("error.start.log_level", level="luid")
    assert not (tmp_path / "data").exists()


def test_help_names_every_setting():
    process = launch("--help")
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    for field, (flag, _, about) in SETTINGS.items():
        if flag:
            assert flag in printed
            assert variable(field) in printed
            assert " ".join(about.split()[:2]) in " ".join(printed.split())


def test_readme_names_every_setting():
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.split("<!-- settings")[1].split("<!-- /settings -->")[0]
    rows = [[cell.strip().strip("`") for cell in line.split(" | ")] for line in table.split("\n")[3:-1]]
    told = {row[1]: (row[0].lstrip("| `"), row[2], row[3].removesuffix(" |").rstrip("`|")) for row in rows}
    assert told == {
        variable(field): (flag, default, about.rstrip("`"))
        for field, (flag, default, about) in SETTINGS.items()
    }


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"SMTP_SECURITY": "ssl"}, "smtp_security"),
        ({"SMTP_PORT": "587a"}, "smtp_port"),
        ({"SMTP_FROM": "Dialoogtafel"}, "smtp_from"),
        ({"SMTP_FROM": ""}, "smtp_from"),
        ({"SMTP_SECURITY": "none", "SMTP_USER": "an"}, "smtp_open_password"),
        ({"SMTP_CA": "/no/such/file.pem"}, "smtp_ca"),
        ({"SMTP_TIMEOUT": "soon"}, "seconds"),
        ({"MAIL_PAUSES": "60,,300"}, "seconds"),
    ],
)
def test_a_mail_server_that_is_not_set_right_is_named(given, key):
    right = {"SMTP_HOST": "mail.example.org", "SMTP_FROM": "Dialoogtafel <verslag@example.org>"}
    environment = {f"DIALOOGTAFEL_{name}": value for name, value in {**right, **given}.items()}
    with pytest.raises(CannotStart) as found:
        read_settings([], environment)
    assert found.value.key == f"error.start.{key}"
    assert said(found.value.key, **found.value.params)


def test_a_mail_server_has_the_port_of_how_it_is_secured():
    right = {"DIALOOGTAFEL_SMTP_HOST": "mail.example.org", "DIALOOGTAFEL_SMTP_FROM": "a@example.org"}
    ports = {"starttls": 587, "tls": 465, "none": 25}
    for security, port in ports.items():
        settings = read_settings([], {**right, "DIALOOGTAFEL_SMTP_SECURITY": security})
        assert settings.smtp
        assert settings.smtp.port == port
    assert read_settings([], {}).smtp is None


# stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_says_goodbye_and_ends_well_with_everybody_still_connected(start_server, number):
    server = start_server()
    workshop = server.start_session()
    guests = [Guest(workshop).join() for _ in range(5)]
    guests += [Guest(workshop, "screen").attend(), Guest(workshop, transports=["polling"]).attend()]
    idle = socket.create_connection(("127.0.0.1", server.port))
    began = time.monotonic()
    assert server.stop(number) == 0
    assert time.monotonic() - began < STOP_SECONDS
    idle.close()
    for guest in guests[:-1]:
        guest.wait_for(lambda me: not me.connected)
        [bye] = guest.heard("bye")
        assert bye["retry_ms"] > 0
    assert server.complaints == []


def test_what_is_sent_while_it_stops_is_taken_or_asked_to_come_later(start_server):
    server = start_server()
    workshop = server.start_session()
    guest = Guest(workshop).join()
    asked = [
        command("rating.rate", step="herkenning", item=f"i{n % 10 + 1}", score=1 + n % 4) for n in range(20)
    ]
    answers: list[list[dict[str, object]]] = []
    for raw in asked:
        guest.post([raw], answers.append)
    assert server.stop() == 0
    guest.wait_for(lambda me: not me.connected)
    codes = {answer.get("code") for [answer] in answers if not answer["ok"]}
    assert codes <= {"slow_down"}
    server.start()
    stored = {row[0] for row in server.rows("SELECT command FROM events WHERE command IS NOT NULL")}
    assert {answer["id"] for [answer] in answers if answer["ok"]} <= stored


def test_everything_is_in_the_one_file_after_a_stop(start_server):
    server = start_server()
    server.start_session()
    server.stop()
    left = {path.name for path in server.data.iterdir() if path.name.startswith("dialoogtafel.sqlite")}
    assert {name for name in left if name.endswith(("-wal", "-shm"))} == set()
    with sqlite3.connect(server.database) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone() == (1,)
    db.close()


def test_a_restart_goes_on_with_every_session_where_it_was(start_server):
    server = start_server()
    browser = requests.Session()
    workshops = [server.start_session(title=f"Sessie {n}") for n in range(3)]
    people = [Guest(workshop).join() for workshop in workshops]
    Guest(workshops[1], "facilitator").attend().command("session.go", step="herkenning")
    browser.post(f"{workshops[1].page}/key", json={"key": workshops[1].key}, timeout=20)
    server.stop()
    server.start()
    for n, guest in enumerate(people):
        guest.come_back()
        assert guest.view["session"]["title"] == f"Sessie {n}"
        assert guest.mine["person"] == {"organisation": "Waterschap"}
    assert [guest.view["session"]["state"] for guest in people] == ["lobby", "live", "lobby"]
    assert browser.get(f"{workshops[1].page}/report.md", timeout=20).status_code == 200
    Guest(workshops[1], "facilitator").attend()


def test_many_may_knock_without_saying_anything(start_server: Callable[..., Server]):
    """Half-open requests must not keep others out."""
    server = start_server()
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(300)]
    assert requests.get(f"{server.url}/healthz", timeout=20).status_code == 200
    Guest(server.start_session()).join()
    for line in silent:
        line.close()
    assert server.stop() == 0
