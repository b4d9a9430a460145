"""`serve`, `work` and `till`: what stays running until it is stopped."""

import gc
import signal
import socket
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, pass_script_info, with_appcontext
from sqlalchemy import create_engine

from storefront import migrate
from storefront.cli.demo import DEMO_OWNER
from storefront.cli.group import group
from storefront.errors import RefusedToStart
from storefront.settings import Settings
from storefront.settings_check import check
from storefront.worker import Worker

HOST = "127.0.0.1"


@group.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@pass_script_info
def serve(info: ScriptInfo, host: str) -> None:
    """Run web server, worker and, with PAYMENTS=till, the test till, until stopped."""
    from gunicorn.app.base import BaseApplication

    settings = check(Settings())
    ports = {settings.port: "PORT"}
    if settings.payments == "till":
        ports[settings.till_port] = "TILL_PORT"
    for port, name in ports.items():
        refuse_taken(host if name == "PORT" else HOST, port, name)
    refuse_old_tables(settings)

    class Server(BaseApplication):  # type: ignore[misc]
        """One process with threads; worker and till are threads of the same process."""

        def load_config(self) -> None:
            """Set what a shop of one machine needs."""
            for name, value in server_options(settings, host).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            """Make the app in the process that serves it."""
            return info.load_app()

    Server().run()


def server_options(settings: Settings, host: str) -> dict[str, Any]:
    """Give gunicorn's options; the helpers live and die with the process that serves."""
    helpers = Helpers(settings)
    return {
        "bind": f"{host}:{settings.port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "timeout": 60,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "control_socket_disable": True,
        "post_worker_init": lambda process: _begin(process.app.callable, helpers),
        "worker_exit": lambda _server, _process: helpers.stop(),
        "when_ready": lambda _server: click.echo(addresses(settings)),
    }


def _begin(app: Flask, helpers: "Helpers") -> None:
    """Start the helpers, and spare what all requests share from every search for garbage."""
    gc.collect()
    gc.freeze()
    helpers.start(app)


class Helpers:
    """The worker and the till beside a web server, in one process with it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: list[Any] = []

    def start(self, app: Flask) -> None:
        """Start the till, if it is wanted, and then the worker."""
        if self._settings.payments == "till":
            self._running.append(make_till(self._settings))
        self._running.append(Worker(app))
        for helper in self._running:
            helper.start()

    def stop(self) -> None:
        """Stop them in turn, the newest first."""
        while self._running:
            self._running.pop().stop()


def addresses(settings: Settings) -> str:
    """Say where everything is."""
    base = settings.base_url.rstrip("/") + settings.url_prefix
    lines = [f"Shop     {base}/", f"Counter  {base}/backoffice"]
    if not settings.production:
        lines[-1] += f"  (sign in as {DEMO_OWNER}; the code is in the mailbox)"
        lines.append(f"Mailbox  {base}/dev/mailbox")
    if settings.payments == "till":
        lines.append(f"Till     http://{HOST}:{settings.till_port}/till")
    return "\n".join(lines)


def refuse_taken(host: str, port: int, name: str) -> None:
    """Say plainly that a port is in use.

    Raises:
        RefusedToStart: something else listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"Port {port} is in use. Stop what uses it, or set {name} to another."
            raise RefusedToStart(message) from error


def refuse_old_tables(settings: Settings) -> None:
    """Say plainly that the tables are missing or old.

    Raises:
        RefusedToStart: the database is not at the newest revision.
    """
    settings.storefront_data.mkdir(parents=True, exist_ok=True)
    engine = create_engine(settings.database)
    current, head = migrate.status(engine)
    engine.dispose()
    if current != head:
        message = "The tables are not the newest. Run `storefront migrate up` first."
        raise RefusedToStart(message)


@group.command()
@with_appcontext
def work() -> None:
    """Run the worker alone, until stopped."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = Worker(app)
    on_stop(worker.stopping.set)
    click.echo("Working. Stop with Ctrl-C.")
    worker.work()


@group.command()
def till() -> None:
    """Run the test till alone, until stopped."""
    settings = check(Settings())
    made = make_till(settings)
    made.start()
    on_stop(made.stop)
    click.echo(f"Till     {made.base_address}/till")
    made.serve_forever()


def make_till(settings: Settings) -> Any:  # the till is imported in development only
    """Make the test till of a shop.

    Raises:
        RefusedToStart: this is production, or the key is a live one.
    """
    from storefront.till.server import Till, TillRefused, TillSettings

    settings.storefront_data.mkdir(parents=True, exist_ok=True)
    try:
        return Till(
            TillSettings(
                database=settings.storefront_data / "till.sqlite3",
                webhook_url=f"http://{HOST}:{settings.port}{settings.url_prefix}/payments/webhook",
                webhook_secret=settings.stripe_webhook_secrets[0],
                host=HOST,
                port=settings.till_port,
                environment=settings.environment,
                secret_key=settings.stripe_secret_key,
            )
        )
    except TillRefused as error:
        raise RefusedToStart(str(error)) from error


def on_stop(stop: Any) -> None:  # any callable without arguments
    """Call something once when asked to stop, by Ctrl-C or SIGTERM."""

    def handler(_signal: int, _frame: FrameType | None) -> None:
        stop()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, handler)
