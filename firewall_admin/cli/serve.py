"""`serve`: the pages, the feeds and the worker in one process, and what is long lists' in one beside it."""

import logging
import signal
import sys
import threading
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from firewall_admin import worker
from firewall_admin.adapters import log_lines
from firewall_admin.adapters.process_beside import beside
from firewall_admin.core.refusals import Refusal
from firewall_admin.installation import opened
from firewall_admin.settings import from_environment

from .refusing import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firewall_admin.ports import Ports

THREADS = 8
LARGEST = 34 << 20  # bytes of a request: a list of 32 MiB and its form
LAST_WORDS = 10.0  # seconds that the worker has to finish what it is at
_AGAIN = "from firewall_admin.cli import main; main()"
_log = logging.getLogger(__name__)


@click.command("serve", cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--no-worker", is_flag=True, help="Only answer: 'worker' runs as a process of its own.")
def command(host: str, port: int, no_worker: bool) -> None:
    """Serve pages and feeds, and publish and deliver what is due, until stopped by a signal."""
    from waitress import create_server  # type: ignore[import-untyped]

    log_lines.begin()
    settings = from_environment()
    app = application().create_app(settings, opened(settings))
    try:
        server: Any = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident="firewall_admin",
            max_request_body_size=LARGEST,
            clear_untrusted_proxy_headers=not settings.trusted_proxies,  # else the application itself weighs them
        )
    except OSError as problem:
        raise Refusal(f"can't listen on {host} port {port}: {problem.strerror}", "--port") from None
    click.echo(f"listening on http://{host}:{server.effective_port}/", err=True)
    with ending_by_signal(), working(app.extensions["ports"], wanted=not no_worker):
        server.run()


@contextmanager
def working(ports: "Ports", *, wanted: bool = True) -> "Iterator[None]":
    """The worker in a thread for as long as the block lasts, and until it has finished what it is at; beside it the
    process that sees to lists."""
    if not wanted:
        yield
        return
    stop = threading.Event()
    asked = {"lists": False}
    thread = threading.Thread(target=worker.run, args=(ports, stop), kwargs=asked, name="worker", daemon=True)
    with of_lists():
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(LAST_WORDS)


def of_lists() -> AbstractContextManager[None]:
    """The process that sees to long lists, for as long as the block lasts. It keeps its interpreter busy for minutes,
    and nobody who waits for a page or a decision is to wait for that."""
    return beside([sys.executable, "-c", _AGAIN, "worker", "--lists"])


@contextmanager
def ending_by_signal() -> "Iterator[None]":
    """SIGTERM ends the block as Ctrl+C does, without a word about it."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    except KeyboardInterrupt:
        _log.info("stopped")
    finally:
        signal.signal(signal.SIGTERM, before)


def application() -> Any:
    """The application's module, found by name as any server finds it: it knows these commands, and not they it."""
    return import_module("firewall_admin.app")
