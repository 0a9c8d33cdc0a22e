"""A mail server on loopback that does what a script says, so that everything that can go wrong with mail goes wrong.

with mail_server(script) as server:
    ... server.port ... server.received
"""

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "filter", "a good password"
OK = "250 OK"
ACCEPT, DROP_AT_DATA, ACCEPT_AND_DROP, STALL = "accept", "drop at data", "accept and drop", "stall"
"""What is done with a letter, besides answering an RCPT or a DATA with a code such as `550 no such user`: take it; end
the connection before it is taken; take it and end the connection before saying so; say nothing at all."""


@dataclass
class MailServer:
    """What a script did: every letter that was taken, and how many were tried."""

    script: deque[str]
    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    tried: int = 0
    then: str = ACCEPT
    _this: str = ACCEPT

    async def handle_MAIL(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried += 1
        self._this = self.script.popleft() if self.script else self.then
        if self._this.startswith("MAIL "):
            return self._this.removeprefix("MAIL ")
        envelope.mail_from = address
        return OK

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._this.startswith("RCPT "):
            return self._this.removeprefix("RCPT ")
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self._this.startswith("DATA "):
            return self._this.removeprefix("DATA ")
        if self._this == STALL:
            await asyncio.sleep(3600)
        if self._this != DROP_AT_DATA:
            content = envelope.content
            assert isinstance(content, bytes)
            assert envelope.mail_from is not None
            message = message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        if self._this != ACCEPT:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return OK


@contextmanager
def mail_server(*script: str, tls: ssl.SSLContext | None = None, implicit: bool = False) -> Iterator[MailServer]:
    """A server whose letters meet these fates one after the other; after the last one it accepts. With `tls` it offers
    STARTTLS and a log-in (`implicit`: TLS from the first octet)."""
    handler = MailServer(deque(script))
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        options: dict[str, Any] = {}
        if tls:
            options = {"authenticator": _authenticate, "auth_require_tls": not implicit}
            if not implicit:
                options |= {"tls_context": tls, "require_starttls": True}
        return SMTP(handler, loop=loop, hostname="mail.example", **options)

    # In a thread of its own: a browser that a test before left open runs a loop in this one.
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    start = loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if implicit else None)
    listening = asyncio.run_coroutine_threadsafe(_started(start), loop).result(10)
    handler.port = listening.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        asyncio.run_coroutine_threadsafe(_close(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _started(start: Awaitable[asyncio.Server]) -> asyncio.Server:
    return await start


async def _close(listening: asyncio.Server) -> None:
    listening.close()
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth: Any) -> AuthResult:
    right = isinstance(auth, LoginPassword) and (auth.login, auth.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, private
