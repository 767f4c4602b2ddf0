"""Settings: what the operator may choose, each as a flag of the command line or as ``DIALOOGTAFEL_…``."""

import argparse
import os
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from sessions.addresses import Wrong, read_address
from sessions.outbox import PAUSES
from sessions.smtp import PORTS, Security, Smtp


class CannotStart(Exception):
    """Why the server cannot start: a key of the catalogue and its parameters."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


@dataclass(frozen=True)
class Settings:
    """``public_url`` is how phones get here when a proxy stands in front; empty otherwise."""

    host: str = "0.0.0.0"  # noqa: S104 - phones in the room must reach it
    port: int = 8080
    data: Path = Path("instance")
    log_level: str = "info"
    public_url: str = ""
    origins: tuple[str, ...] = ()
    trusted_proxy: bool = False
    create_password: str = ""
    smtp: Smtp | None = None
    mail_pauses: tuple[float, ...] = PAUSES

    @property
    def local_addresses(self) -> tuple[str, ...]:
        """The addresses of this machine: loopback, and the one others in the same network use, if any."""
        return ("127.0.0.1", "::1", *([lan] if (lan := lan_address()) else []))

    @property
    def phone_url(self) -> str:
        """The address that a phone in the same network can open."""
        if self.public_url:
            return self.public_url
        host = (lan_address() or "127.0.0.1") if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def allowed_origins(self) -> list[str]:
        """Every origin from which a page of ours may speak to us."""
        name = socket.gethostname()
        hosts = {"localhost", "127.0.0.1", "[::1]", name, f"{name}.local", *self.local_addresses}
        if self.host not in ("0.0.0.0", "::", ""):  # noqa: S104
            hosts.add(self.host)
        own = {f"http://{host}:{self.port}" for host in hosts}
        if self.port == 80:
            own |= {f"http://{host}" for host in hosts}
        return sorted(own | set(self.origins) | ({self.public_url} if self.public_url else set()))


def lan_address() -> str | None:
    """This machine's address in the network it uses, or None without one.  Nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


SETTINGS: Mapping[str, tuple[str, str, str]] = {
    # field: (flag, default, help); the README table is checked against this
    "host": ("--host", "0.0.0.0", "address to listen on"),  # noqa: S104
    "port": ("--port", "8080", "port to listen on"),
    "data": ("--data", "instance", "folder for the database and the secrets"),
    "log_level": ("--log-level", "info", "debug, info, warning or error"),
    "public_url": (
        "--public-url",
        "",
        "how people reach this server when a proxy stands in front, https://…",
    ),
    "origins": ("--origins", "", "further origins whose pages may connect, separated by commas"),
    "trusted_proxy": (
        "--trusted-proxy",
        "",
        "1 when a proxy in front sets X-Forwarded-For, -Proto and -Host",
    ),
    "create_password": ("", "", "password for starting a session from another machine (environment only)"),
    "smtp_host": ("", "", "mail server that sends the reports; without one they leave as files"),
    "smtp_port": ("", "", "its port; 587 for starttls, 465 for tls and 25 for none when left out"),
    "smtp_security": ("", "starttls", "starttls, tls or none; certificates are always checked"),
    "smtp_user": ("", "", "name to log in with at the mail server"),
    "smtp_password": ("", "", "password to log in with at the mail server"),
    "smtp_from": ("", "", "whom the mails are from: `Name <address>`"),
    "smtp_ca": ("", "", "file (PEM) with further certificates that may vouch for the mail server"),
    "smtp_timeout": ("", "60", "seconds to wait for each answer of the mail server"),
    "mail_pauses": (
        "",
        ",".join(map(str, PAUSES)),
        "seconds before each further try to send a mail; after the last it has failed",
    ),
}


def read_settings(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of flags and environment, flags first; raises CannotStart."""
    parser = argparse.ArgumentParser(prog="server.py", description="Dialoogtafel: live dialogues")
    for field, (flag, default, about) in SETTINGS.items():
        if flag:
            name = variable(field)
            parser.add_argument(flag, default=environment.get(name, default), help=f"{about} ({name})")
    given = parser.parse_args(arguments)
    try:
        port = int(given.port)
    except ValueError:
        port = -1
    if not 0 < port < 65_536:
        raise CannotStart("error.start.port_number", port=given.port)
    if given.log_level not in ("debug", "info", "warning", "error"):
        raise CannotStart("error.start.log_level", level=given.log_level)
    return Settings(
        host=given.host,
        port=port,
        data=Path(given.data),
        log_level=given.log_level,
        public_url=given.public_url.rstrip("/"),
        origins=tuple(part.strip().rstrip("/") for part in given.origins.split(",") if part.strip()),
        trusted_proxy=given.trusted_proxy.lower() in ("1", "true", "yes", "on"),
        create_password=environment.get(variable("create_password"), ""),
        smtp=_smtp(environment),
        mail_pauses=_pauses(environment),
    )


def _smtp(environment: Mapping[str, str]) -> Smtp | None:
    """The mail server, when there is one; raises CannotStart."""

    def given(field: str) -> str:
        return environment.get(variable(field), "").strip() or SETTINGS[field][1]

    if not given("smtp_host"):
        return None
    security = next((one for one in get_args(Security) if one == given("smtp_security").lower()), None)
    if security is None:
        raise CannotStart("error.start.smtp_security", security=given("smtp_security"))
    port = given("smtp_port") or str(PORTS[security])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise CannotStart("error.start.smtp_port", port=port)
    sender = read_address(given("smtp_from"))
    if isinstance(sender, Wrong):
        raise CannotStart("error.start.smtp_from", sender=given("smtp_from"))
    host, user = given("smtp_host"), given("smtp_user")
    if user and security == "none" and host not in ("localhost", "127.0.0.1", "::1"):
        raise CannotStart("error.start.smtp_open_password")
    ca = given("smtp_ca")
    if ca:
        try:
            ssl.create_default_context(cafile=ca)
        except OSError as problem:
            raise CannotStart("error.start.smtp_ca", file=ca, reason=problem.strerror or problem) from None
    [seconds] = _numbers(environment, "smtp_timeout", most=1)
    return Smtp(
        host, int(port), security, sender, user, environment.get(variable("smtp_password"), ""), ca, seconds
    )


def _pauses(environment: Mapping[str, str]) -> tuple[float, ...]:
    return _numbers(environment, "mail_pauses", most=20)


def _numbers(environment: Mapping[str, str], field: str, *, most: int) -> tuple[float, ...]:
    """Seconds, separated by commas; raises CannotStart."""
    text = environment.get(variable(field), "").strip() or SETTINGS[field][1]
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if not 0 < len(numbers) <= most or not all(0 < number < 10_000_000 for number in numbers):
        raise CannotStart("error.start.seconds", name=variable(field), text=text)
    return numbers


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return f"DIALOOGTAFEL_{field.upper()}"
