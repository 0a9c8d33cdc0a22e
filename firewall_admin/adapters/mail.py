"""Handing letters to a mail server: over TLS, logged in, within a time, and with headers that nobody can add to.

What a server answers comes back as a value. Whether it speaks of one letter or of the server itself decides what waits:
a letter that is refused for good is given up; where the server is away, all letters wait.
"""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from firewall_admin.core.letters import one_line
from firewall_admin.core.person import parse_email
from firewall_admin.core.refusals import Refusal, shown

PATIENCE = 15.0  # seconds for one answer of the server
DEADLINE = 90.0  # seconds for a letter as a whole, however slowly the server answers
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_PERMANENT = 500  # RFC 5321, 4.2.1: 4yz may be tried again, 5yz may not


@dataclass(frozen=True)
class Server:
    """A mail server. `scheme`: smtps (TLS from the first octet), smtp+starttls (TLS or nothing), smtp (no TLS)."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Mail:
    """A letter as it leaves: to one address. `id` makes its Message-ID, the same however often it is tried."""

    id: str
    name: str
    address: str
    sender: str
    subject: str
    text: str
    at: datetime
    calendar: str | None = None


@dataclass(frozen=True)
class Failure:
    """Why a letter is not on its way, in words without addresses. `gone`: it never will be. `server`: no other letter
    would fare better at this moment."""

    reason: str
    gone: bool = False
    server: bool = False


@dataclass(frozen=True)
class Post:
    """The way out: `sender` is the address letters come from, `address` the public one of this service, for links."""

    server: Server
    sender: str
    address: str
    context: Callable[[], ssl.SSLContext] = field(default=ssl.create_default_context, repr=False)

    def __call__(self, mail: Mail) -> Failure | None:
        """Send one letter. None once the server has taken it: from then on it answers for it (RFC 5321, 6.1)."""
        try:
            message = self.message(mail)
        except (ValueError, Refusal):
            return Failure("its address can't be written into mail", gone=True)
        try:
            self._send(message, mail.address)
        except (OSError, smtplib.SMTPException) as problem:
            return _judged(problem)
        return None

    def message(self, mail: Mail) -> EmailMessage:
        """The letter with its headers. Refusal or ValueError for an address that mail can't carry."""
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(one_line(mail.sender), addr_spec=self.sender)
        message["To"] = Address(one_line(mail.name), addr_spec=parse_email(mail.address))
        message["Subject"] = one_line(mail.subject)
        message["Date"] = format_datetime(mail.at)
        message["Message-ID"] = f"<{mail.id}@{self.host}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in answer
        message.set_content(mail.text, cte="quoted-printable")
        if mail.calendar is not None:
            message.add_attachment(
                mail.calendar.encode(),
                maintype="text",
                subtype="calendar",
                filename="end-date.ics",
                params={"charset": "utf-8", "method": "PUBLISH"},  # RFC 6047, 2.4
            )
        return message

    @property
    def host(self) -> str:
        """The name of this service."""
        return urlsplit(self.address).hostname or "localhost"

    def _send(self, message: EmailMessage, to: str) -> None:
        connection = _connection(self.server, self.host, self.context)
        watch = threading.Timer(DEADLINE, _cut, [connection])
        watch.daemon = True
        watch.start()
        try:
            _enter(connection, self.server, self.context)
            # Not send_message, which writes ">From" where a line begins with "From".
            connection.sendmail(self.sender, [to], message.as_bytes())
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()  # it has the letter: how it says goodbye changes nothing
        finally:
            watch.cancel()
            connection.close()


def post(smtp: str | None, password_file: Path | None, sender: str | None, address: str | None) -> Post | None:
    """The way out that the settings describe; None where there is no mail server. Refusal, whose field is the setting,
    for what can't be used: a letter without a link that works, or without a sender, helps nobody."""
    if not smtp:
        return None
    if not address:
        raise Refusal("letters need the public address of this service, for their links", "address")
    if not sender:
        raise Refusal("letters need an address they come from", "mail_from")
    try:
        return Post(read_server(smtp, read_password(password_file)), parse_email(sender), read_address(address))
    except Refusal as refusal:
        raise Refusal(refusal.message, "mail_from" if refusal.field == "email" else "smtp") from None


def read_address(text: str) -> str:
    """The public address of this service without a slash at its end. Refusal for what is no http or https address."""
    try:
        parts = urlsplit(text.strip())
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment or not text.strip().isprintable() or not text.isascii():
        raise Refusal(f"'{shown(text)}' is no address such as https://filter.oakfield.example")
    return text.strip().rstrip("/")


def read_server(url: str, password: str = "") -> Server:
    """A server by its address: `smtp+starttls://user@host:587`. Refusal for what can't be used or would give the
    password away."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        raise Refusal(f"'{shown(url)}' is no address of a mail server") from None
    if scheme not in PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise Refusal("give the mail server as smtp+starttls://user@host:587 or smtps://user@host:465")
    if parts.password is not None:
        raise Refusal("the mail server's password belongs in a file of its own, not in its address")
    user = unquote(parts.username or "")
    if user and scheme == "smtp":
        raise Refusal("a password is not sent without TLS: say smtp+starttls or smtps")
    if bool(user) != bool(password):
        raise Refusal("the mail server needs both a user in its address and a file with the password, or neither")
    return Server(scheme, host, port or PORTS[scheme], user, password)


def read_password(path: Path | None) -> str:
    """The password in a file, without white space around it; empty where there is no file. Refusal if unreadable."""
    try:
        return path.read_text("utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError):
        raise Refusal(f"can't read {path}") from None


def _connection(server: Server, name: str, context: Callable[[], ssl.SSLContext]) -> smtplib.SMTP:
    if server.scheme == "smtps":
        made: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname=name, timeout=PATIENCE, context=context())
    else:
        made = smtplib.SMTP(local_hostname=name, timeout=PATIENCE)
    vars(made)["_host"] = server.host  # which smtplib checks certificates by, and sets only if it connects at once
    return made


def _enter(connection: smtplib.SMTP, server: Server, context: Callable[[], ssl.SSLContext]) -> None:
    code, answer = connection.connect(server.host, server.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, answer)
    if server.scheme == "smtp+starttls":
        connection.starttls(context=context())
    if server.user:
        connection.login(server.user, server.password)


def _cut(connection: smtplib.SMTP) -> None:
    """End a connection that takes too long: whoever reads from it gets an OSError."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def _judged(problem: OSError | smtplib.SMTPException) -> Failure:
    """One letter's fault are its recipient and its content; anything else is the server's or the settings'."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(problem.recipients.values()))
        return Failure(_answer(code, answer), gone=code >= _PERMANENT)
    if isinstance(problem, smtplib.SMTPDataError):
        return Failure(_answer(problem.smtp_code, problem.smtp_error), gone=problem.smtp_code >= _PERMANENT)
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return Failure(f"the mail server refuses the log-in ({problem.smtp_code})", server=True)
    if isinstance(problem, smtplib.SMTPResponseException):
        return Failure(_answer(problem.smtp_code, problem.smtp_error), server=True)
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return Failure(f"the mail server can't do what is asked of it: {shown(str(problem))}", server=True)
    if isinstance(problem, ssl.SSLError):
        return Failure(f"no trustworthy connection to the mail server: {problem.reason or 'TLS failed'}", server=True)
    why = getattr(problem, "strerror", None) or "the connection ended" if str(problem) else type(problem).__name__
    return Failure(f"the mail server can't be reached: {why}", server=True)


def _answer(code: int, answer: bytes | str) -> str:
    """What the server said, without anybody's address."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    words = ["…" if "@" in word else word for word in one_line(text).split()]
    return shown(f"{code} {' '.join(words)}", 200)
