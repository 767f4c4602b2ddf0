"""A real mail server as a process of its own, with a Maildir, and recipients who make it misbehave.

What a recipient is called says what happens to mail for them: ``refused@``, ``later@``, ``torn@``, ``gone@`` and so on;
see `Faulty`.  "The first time" is per address and process.  ``python -m tests.mailserver`` is the process, `MailServer`
starts it.
"""

import argparse
import asyncio
import email
import mailbox
import ssl
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.running import ROOT, free_port

USER, PASSWORD = "dialoog", "een ‘lang’ wachtwoord"
SLOW_SECONDS = 3.0


class Faulty(Mailbox):
    """Stores what it gets, and treats some recipients as a bad day would."""

    def __init__(self, folder: str) -> None:
        super().__init__(Path(folder))
        self.times: Counter[str] = Counter()

    def first_time(self, address: str) -> bool:
        """Whether nobody was told so before."""
        self.times[address] += 1
        return self.times[address] == 1

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        name = address.split("@")[0].split(".")[0]
        if name == "refused":
            return "550 5.1.1 No such person <script>here</script>"
        if name == "later" and self.first_time(address):
            return "451 4.7.1 Greylisted, come back"
        if name == "never":
            return "450 4.2.1 Not today either"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        [address] = envelope.rcpt_tos
        name = address.split("@")[0].split(".")[0]
        if name == "spam":
            return "554 5.7.1 This looks like advertising"
        if name == "busy" and self.first_time(address):
            return "452 4.3.1 No room left"
        if name == "gone" and self.first_time(address):
            # All of it was heard, and nothing is kept or said.
            server.transport.abort()
            return "250 nobody hears this"
        stored: str = await super().handle_DATA(server, session, envelope)
        if name == "swallowed" and self.first_time(address):
            server.transport.abort()
        if name == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return stored


class Torn(SMTP):
    """Hangs up after it has said "go on", the first time for each ``torn@``."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        [address] = self.envelope.rcpt_tos if self.envelope else [""]
        if address.startswith("torn") and self.event_handler.first_time(address):
            await self.push("354 Go on")
            assert self.transport
            self.transport.close()
            return
        await super().smtp_DATA(arg)


async def serve(options: argparse.Namespace) -> None:
    """Serve until the process ends."""
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate)
    handler = Faulty(options.folder)

    def protocol() -> SMTP:
        return Torn(
            handler,
            enable_SMTPUTF8=not options.ascii,
            tls_context=context if options.security == "starttls" else None,
            require_starttls=options.security == "starttls",
            authenticator=_checked if options.login else None,
            auth_required=options.login,
            auth_require_tls=options.security == "starttls",
        )

    if options.deaf:
        # Takes calls and never says a word.
        await asyncio.start_server(lambda reader, writer: asyncio.sleep(3600), "127.0.0.1", options.port)
    else:
        over = context if options.security == "tls" else None
        await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", options.port, ssl=over)
    print("ready", flush=True)  # noqa: T201 (whoever starts it waits for this)
    await asyncio.Event().wait()


def _checked(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=right)


@dataclass
class MailServer:
    """One mail server on 127.0.0.1 with its own Maildir."""

    folder: Path
    security: str = "none"
    certificate: Path | None = None
    login: bool = False
    deaf: bool = False
    ascii: bool = False
    port: int = 0
    process: subprocess.Popen[str] | None = field(init=False, default=None)

    def start(self) -> "MailServer":
        """Start, or start again on the same port and folder."""
        self.port = self.port or free_port()
        flags = [f"--{flag}" for flag in ("login", "deaf", "ascii") if getattr(self, flag)]
        if self.certificate:
            flags += ["--certificate", str(self.certificate)]
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.mailserver",
                str(self.port),
                str(self.folder),
                self.security,
                *flags,
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        assert self.process.stdout.readline() == "ready\n"
        return self

    def stop(self) -> None:
        """End it, whatever it is doing."""
        if self.process:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout
            self.process.stdout.close()
        self.process = None

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which Dialoogtafel uses it."""
        settings = {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SECURITY": self.security,
            "FROM": "Dialoogtafel <verslag@example.org>",
            "TIMEOUT": "5",
        }
        if self.login:
            settings |= {"USER": USER, "PASSWORD": PASSWORD}
        return {f"DIALOOGTAFEL_SMTP_{name}": value for name, value in settings.items()} | {
            "DIALOOGTAFEL_MAIL_PAUSES": "0.3,0.3,0.3"
        }

    @property
    def mails(self) -> list[EmailMessage]:
        """Every mail that came, in no order."""
        kept = mailbox.Maildir(self.folder, create=False)
        return [
            email.message_from_string(kept.get_bytes(key).decode(), policy=policy.default)
            for key in kept.keys()  # noqa: SIM118 (a Maildir goes by its messages)
        ]

    @property
    def times(self) -> Counter[str]:
        """Address -> how many mails came."""
        kept = mailbox.Maildir(self.folder, create=False)
        heads = (BytesHeaderParser().parsebytes(kept.get_bytes(key)) for key in kept.keys())  # noqa: SIM118
        return Counter(str(head["X-RcptTo"]) for head in heads)

    def mails_to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["X-RcptTo"] == address]


def main() -> None:
    """Serve on this port with this Maildir."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("folder")
    parser.add_argument("security", choices=["none", "starttls", "tls"])
    parser.add_argument("--certificate", default="")
    for flag in ("login", "deaf", "ascii"):
        parser.add_argument(f"--{flag}", action="store_true")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
