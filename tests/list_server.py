"""A server of lists on loopback that does what it is told, however bad, and remembers who came.

Its certificate is signed by an authority made for the test. Hosts are names of `Lists.hosts`, looked up by the test.
"""

import atexit
import functools
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from firewall_admin.adapters.fetch import Failure, Outcome, Reach

HOST = "lists.example.org"
LOOPBACK = ip_network("127.0.0.1/32")
Answer = bytes | Callable[[socket.socket], None]


def reply(body: bytes = b"", status: str = "200 OK", **fields: object) -> bytes:
    """A whole answer; `etag="x"` is a field, with hyphens for underscores. A field that is None is left out."""
    said = {"Content-Length": len(body), "Content-Type": "text/plain"}
    said |= {name.replace("_", "-").title(): value for name, value in fields.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in said.items() if value is not None)]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """An answer in chunks; `end` is what stands after the last."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + end


class Authority:
    """An authority that signs certificates. `file`: its own, for those who trust it."""

    def __init__(self, name: str = "An authority for tests") -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="authority-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        own = self._built(self._name, self._key).add_extension(x509.BasicConstraints(True, None), critical=True)
        self._certificate = own.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())
        self.file = self._folder / "authority.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def _built(self, name: x509.Name, key: ec.EllipticCurvePrivateKey, days: int = 1) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key.public_key())
        made = made.serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(days=3)).not_valid_after(now + timedelta(days=days))
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return made.add_extension(signer, critical=False)

    @functools.cache  # noqa: B019
    def server(self, *hosts: str, days: int = 1) -> ssl.SSLContext:
        """TLS of a server with a certificate for these hosts that ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        made = self._built(x509.Name([]), key, days).add_extension(alternatives, critical=True)
        made = made.add_extension(x509.BasicConstraints(False, None), critical=True)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self._folder / f"{'-'.join(hosts)}{days}.pem"
        file.write_bytes(pem + made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def trusted(self) -> ssl.SSLContext:
        """TLS of a client that trusts nobody else."""
        return ssl.create_default_context(cafile=str(self.file))


@functools.cache
def authority() -> Authority:
    """The one of this test process."""
    return Authority()


class ListServer:
    """A listener on loopback. `answers`: by target, bytes or a function of the connection; `requests`: what was asked,
    head by head; `connections`: how often somebody came. Without `tls` it speaks plainly."""

    def __init__(self, tls: ssl.SSLContext | None, address: str = "127.0.0.1"):
        self._tls = tls
        self._listener = socket.create_server((address, 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self.stopping = threading.Event()
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []
        self.connections = 0
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> "ListServer":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(30)

    def url(self, target: str, host: str = HOST) -> str:
        return f"https://{host}:{self.port}{target}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(peer,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, peer: socket.socket) -> None:
        peer.settimeout(30)
        with suppress(OSError), peer, self._tls.wrap_socket(peer, server_side=True) if self._tls else peer as talk:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (piece := talk.recv(4096)):
                    return
                head += piece
            self.requests.append(head.decode("ascii"))
            answer = self.answers.get(self.requests[-1].split(" ")[1], reply(b"nothing", "404 Not Found"))
            if callable(answer):
                answer(talk)
            else:
                talk.sendall(answer)


def reach(*servers: ListServer, **names: str | list[str]) -> Reach:
    """A reach to these servers alone: HOST is on 127.0.0.1, and so are the other names unless they say otherwise.

    A name is a word: `inside="127.0.0.2"` is what inside.example.org leads to."""
    known = {f"{name}.example.org": [at] if isinstance(at, str) else at for name, at in names.items()}

    def resolve(host: str) -> list[str]:
        return known.get(host, ["127.0.0.1"])

    ports = frozenset(server.port for server in servers)
    return Reach(resolve=resolve, ports=ports, also=(LOOPBACK,), trust=authority().trusted)


def why(found: Outcome) -> str:
    """The reason of a failure, fit to be shown."""
    assert isinstance(found, Failure), found
    assert found.reason.isprintable()
    return found.reason
