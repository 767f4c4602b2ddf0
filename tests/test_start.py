"""Starting and stopping: what goes wrong is said in one sentence, and a stop loses nothing."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from sessions.texts import texts
from tests.running import START_SECONDS, Server, free_port, launch
from tests.wire import Guest

BROKEN_PLAYBOOK = 'title = "A"\n[[steps]]\nid = "one"\nkind = "dance"\ntitle = "Dance"\n'


def fails(*arguments: str, data: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """What a server that cannot start says on stderr; it must end with status 2 and say it in one line."""
    options = ["--host", "127.0.0.1", *(["--data", str(data)] if data else []), *arguments]
    process = launch(*options, environment=environment)
    said, complaint = process.communicate(timeout=START_SECONDS)
    assert (process.returncode, said) == (2, "")
    [sentence] = complaint.splitlines()
    return sentence


def test_a_second_server_on_the_same_data_folder_says_so(start_server: Callable[..., Server]) -> None:
    server = start_server()
    assert str(server.data) in fails("--port", str(free_port()), data=server.data)
    server.start_session()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is already in use" in fails("--port", str(port), data=tmp_path / "data")


def test_an_address_that_is_not_ours_is_named(tmp_path: Path) -> None:
    process = launch("--host", "192.0.2.1", "--port", str(free_port()), "--data", str(tmp_path / "data"))
    _, complaint = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 2
    assert "192.0.2.1" in complaint


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "data"
    assert str(folder) in fails("--port", str(free_port()), data=folder)


def test_a_database_that_is_none_is_named_and_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "dialoogtafel.sqlite"
    database.write_bytes(b"this is no database at all, however long one looks at it" * 20)
    assert str(database) in fails("--port", str(free_port()), data=tmp_path)
    assert database.read_bytes().startswith(b"this is no database")


@pytest.mark.parametrize("port", ["0", "65536", "eighty"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path) -> None:
    assert f"‘{port}’ is not a port" in fails("--port", port, data=tmp_path / "data")


def test_settings_come_from_the_environment_too(tmp_path: Path) -> None:
    wrong = {"DIALOOGTAFEL_LOG_LEVEL": "loud"}
    assert "‘loud’" in fails("--port", str(free_port()), data=tmp_path / "data", environment=wrong)


def test_a_dutch_computer_is_spoken_to_in_dutch(tmp_path: Path) -> None:
    dutch = {"LANG": "nl_NL.UTF-8"}
    sentence = fails("--port", "0", data=tmp_path / "data", environment=dutch)
    assert sentence == texts("nl").t("error.start.port_number", port="0")


def test_a_server_says_where_it_is_and_keeps_its_secret_to_itself(
    start_server: Callable[..., Server],
) -> None:
    server = start_server()
    assert server.lines[0].startswith(f"Ready: http://127.0.0.1:{server.port}")
    assert (server.data / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_says_goodbye_and_a_start_goes_on_where_it_was(
    number: signal.Signals, start_server: Callable[..., Server]
) -> None:
    server = start_server()
    workshop = server.start_session()
    guest = Guest(workshop).join("Gemeente")
    answer = guest.command("rating.rate", step="herkenning", item="i1", score=2)
    seq, view = guest.fresh()
    assert server.stop(number) == 0
    assert guest.heard("bye")[0]["retry_ms"] > 0
    assert not list(server.data.glob("*-wal"))
    server.start()
    guest.come_back()
    assert guest.fresh() == (max(seq, answer["seq"]), view)
    assert guest.mine["steps"]["herkenning"]["scores"] == {"i1": {"score": 2}}
