"""Letters handed to a real server on loopback, over TLS and not, and everything it may answer."""

import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firewall_admin.adapters import mail as adapter
from firewall_admin.adapters.mail import Failure, Mail, Post, Server, post, read_address, read_server
from firewall_admin.core.refusals import Refusal
from tests.mail_server import (
    ACCEPT_AND_DROP,
    DROP_AT_DATA,
    PASSWORD,
    STALL,
    USER,
    certificate,
    mail_server,
)

LETTER = Mail(
    id="0192-ab",
    name="Gwen Hughes",
    address="g.hughes@oakfield.example",
    sender="Oakfield Primary School, web filter",
    subject="AR-12: please decide: “bbc[.]co[.]uk”",
    text="A first line – with a dash.\n\n.\nFrom here on: " + "long " * 300 + "\n",
    at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
)


def way_out(port: int, scheme: str = "smtp", **server: str) -> Post:
    return Post(
        Server(scheme, "127.0.0.1", port, **server), "filter@oakfield.example", "https://filter.oakfield.example/school"
    )


def test_a_letter_arrives_as_it_was_written():
    with mail_server() as server:
        assert way_out(server.port)(replace(LETTER, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")) is None
    (message,), (envelope,) = server.received, server.envelopes
    assert envelope == ("filter@oakfield.example", ["g.hughes@oakfield.example"])
    assert message["From"] == '"Oakfield Primary School, web filter" <filter@oakfield.example>'
    assert message["To"] == "Gwen Hughes <g.hughes@oakfield.example>"
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == "<0192-ab@filter.oakfield.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 23 Nov 2026 09:30:00 +0000"
    body, (attached,) = message.get_body(), list(message.iter_attachments())
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == LETTER.text
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "end-date.ics")
    assert b"BEGIN:VCALENDAR" in attached.get_payload(decode=True)


@pytest.mark.parametrize(
    "text", ["x\r\nBcc: evil@evil.example", "x\nBcc: evil@evil.example", "x\rBcc: e", "x\0\u2028\u0085y"]
)
def test_nothing_that_people_write_adds_a_header(text):
    with mail_server() as server:
        assert way_out(server.port)(replace(LETTER, name=text, subject=text, sender=text, text=text)) is None
    (message,), (envelope,) = server.received, server.envelopes
    assert message["Bcc"] is None
    assert sorted(set(map(str.lower, message.keys()))) == sorted(
        ["from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version", "content-type",
         "content-transfer-encoding", *(["x-peer"] if "X-Peer" in message else [])]
    )  # fmt: skip
    assert envelope[1] == ["g.hughes@oakfield.example"]


@pytest.mark.parametrize("address", ["x@y.example\r\nBcc: z@y.example", "x@y.example, z@y.example", "", "x"])
def test_an_address_that_is_none_is_given_up_and_nobody_is_asked(address):
    answer = way_out(1)(replace(LETTER, address=address))
    assert isinstance(answer, Failure)
    assert answer.gone


@pytest.mark.parametrize(
    ("fate", "gone", "server_wide", "reason"),
    [
        ("RCPT 550 5.1.1 <g.hughes@oakfield.example> unknown", True, False, "550 5.1.1 … unknown"),
        ("RCPT 450 4.2.0 greylisted", False, False, "450 4.2.0 greylisted"),
        ("DATA 554 5.7.1 spam", True, False, "554 5.7.1 spam"),
        ("DATA 451 4.3.0 try again", False, False, "451 4.3.0 try again"),
        ("MAIL 550 5.7.60 not your address", False, True, "550 5.7.60 not your address"),
        ("MAIL 421 4.3.2 closing", False, True, "421 4.3.2 closing"),
        (DROP_AT_DATA, False, True, "the connection ended"),
        (ACCEPT_AND_DROP, False, True, "the connection ended"),
    ],
)
def test_what_the_server_says_is_the_letters_fault_or_its_own(fate, gone, server_wide, reason):
    with mail_server(fate) as server:
        answer = way_out(server.port)(LETTER)
    assert isinstance(answer, Failure)
    assert (answer.gone, answer.server) == (gone, server_wide)
    assert reason in answer.reason
    assert "oakfield.example" not in answer.reason


def test_a_server_that_says_nothing_is_left_after_a_while(monkeypatch):
    monkeypatch.setattr(adapter, "PATIENCE", 0.2)
    with mail_server(STALL) as server:
        answer = way_out(server.port)(LETTER)
    assert isinstance(answer, Failure)
    assert answer.server
    assert not answer.gone


def test_a_server_that_drips_is_cut_off(monkeypatch):
    """Each octet comes within the patience, the letter as a whole would take for ever."""
    monkeypatch.setattr(adapter, "DEADLINE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        answers = []
        thread = threading.Thread(target=lambda: answers.append(way_out(listening.getsockname()[1])(LETTER)))
        thread.start()
        connection, _ = listening.accept()
        with connection:
            while thread.is_alive():
                try:
                    connection.sendall(b"2")
                except OSError:
                    break
                thread.join(0.02)
        thread.join(10)
    assert isinstance(answers[0], Failure)
    assert answers[0].server


def test_nobody_there_is_the_servers_fault():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = way_out(port)(LETTER)
    assert isinstance(answer, Failure)
    assert answer.server
    assert "can't be reached" in answer.reason


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the certificate that it is to be trusted by."""
    public, private = certificate(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_password_goes_over_tls_only(tls, scheme):
    context, public = tls
    with mail_server(tls=context, implicit=scheme == "smtps") as server:
        out = way_out(server.port, scheme, user=USER, password=PASSWORD)
        trusting = replace(out, context=lambda: ssl.create_default_context(cafile=public))
        assert trusting(LETTER) is None
        wrong = replace(trusting, server=replace(trusting.server, password="wrong"))(LETTER)
        assert isinstance(wrong, Failure)
        assert wrong.server
        assert "log-in" in wrong.reason
        stranger = out(LETTER)
        assert isinstance(stranger, Failure)
        assert stranger.server
        assert "trustworthy" in stranger.reason
    assert len(server.received) == 1


def test_a_server_without_tls_gets_no_letter_where_tls_is_set():
    with mail_server() as server:
        answer = way_out(server.port, "smtp+starttls", user=USER, password=PASSWORD)(LETTER)
    assert isinstance(answer, Failure)
    assert answer.server
    assert server.tried == 0


@pytest.mark.parametrize(
    ("url", "password", "server"),
    [
        ("smtp+starttls://u%40x.example@mail.example", "p", Server("smtp+starttls", "mail.example", 587, "u@x.example", "p")),  # noqa: E501
        ("smtps://user@mail.example:4650", "p", Server("smtps", "mail.example", 4650, "user", "p")),
        ("smtp://localhost", "", Server("smtp", "localhost", 25)),
        ("smtps://[2001:db8::1]", "", Server("smtps", "2001:db8::1", 465)),
    ],
)  # fmt: skip
def test_a_server_is_read(url, password, server):
    assert read_server(url, password) == server
    assert not password or f"'{password}'" not in repr(read_server(url, password))


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("mail.example", ""),
        ("http://mail.example", ""),
        ("smtps://", ""),
        ("smtps://u:secret@mail.example", ""),
        ("smtps://u@mail.example", ""),
        ("smtps://mail.example", "p"),
        ("smtp://u@mail.example", "p"),
        ("smtps://mail.example:99999", ""),
        ("smtps://mail.example/x", ""),
        ("smtps://[::1", ""),
    ],
)
def test_a_server_that_cannot_be_used_is_refused_without_its_password(url, password):
    with pytest.raises(Refusal) as refused:
        read_server(url, password)
    assert "secret" not in refused.value.message


def test_settings_without_a_sender_or_a_public_address_are_refused(tmp_path):
    assert post(None, None, None, None) is None
    for sender, address, setting in (
        ("f@x.example", None, "address"),
        (None, "https://x.example", "mail_from"),
        ("nobody", "https://x.example", "mail_from"),
        ("f@x.example", "x.example", "smtp"),
    ):
        with pytest.raises(Refusal) as refused:
            post("smtp://localhost", None, sender, address)
        assert refused.value.field == setting
    with pytest.raises(Refusal) as refused:
        post("smtps://u@mail.example", tmp_path / "none", "f@x.example", "https://x.example")
    assert refused.value.field == "smtp"
    (tmp_path / "password").write_text("a secret\n")
    made = post("smtps://u@mail.example", tmp_path / "password", "f@x.example", "https://x.example/")
    assert made is not None
    assert (made.server.password, made.address) == ("a secret", "https://x.example")


@pytest.mark.parametrize(
    "text", ["ftp://x", "https://", "https://x/?q", "https://u@x", "x", "https://x\n/", "//x", "https://ä"]
)
def test_what_is_no_public_address_is_refused(text):
    with pytest.raises(Refusal):
        read_address(text)
