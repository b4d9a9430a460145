"""Start and stop the test till."""

import threading
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from storefront.till.app import create_app
from storefront.till.clock import Clock
from storefront.till.desk import Desk
from storefront.till.faults import Faults
from storefront.till.sender import Sender
from storefront.till.settings import TillRefused, TillSettings, refuse_danger
from storefront.till.store import Store

__all__ = ["Till", "TillRefused", "TillSettings"]


class QuietHandler(WSGIRequestHandler):
    """Serve without a log line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Till:
    """Serve the till; use as a context manager in tests: `with Till(settings) as till:`.

    Raises:
        TillRefused: production, a live key, or an address that others can reach.
    """

    base_address: str  # http://127.0.0.1:PORT, known once started

    def __init__(self, settings: TillSettings, *, clock: Clock | None = None) -> None:
        refuse_danger(settings)
        self.settings = settings
        self.clock = clock or Clock()
        self.faults = Faults()
        self.base_address = ""
        self._server: BaseWSGIServer | None = None

    def start(self) -> None:
        """Serve in a background thread and start the sender's thread.

        Raises:
            TillRefused: the port is taken.
        """
        store = Store(self.settings.database)
        self._desk = Desk(self.settings, store, self.clock, self.faults)
        self._sender = Sender(self._desk)
        app = create_app(self._desk, self._sender)
        host, port = self.settings.host, self.settings.port
        try:
            server = make_server(host, port, app, threaded=True, request_handler=QuietHandler)
        except (OSError, SystemExit) as error:
            store.close()
            raise TillRefused(f"The till's port {port} is in use; choose another.") from error
        named = f"[{host}]" if ":" in host else host
        self.base_address = self._desk.base_address = f"http://{named}:{server.server_port}"
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, name="till-server", kwargs={"poll_interval": 0.02}
        )
        self._thread.daemon = True
        self._thread.start()
        self._sender.start()

    def stop(self) -> None:
        """Finish what is at hand and let go of the port and the file."""
        if self._server is None:
            return
        self._desk.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._sender.stop()
        self._desk.store.close()
        self._server = None

    def serve_forever(self) -> None:
        """Serve until interrupted, for the command line."""
        if self._server is None:
            self.start()
        try:
            self._desk.closing.wait()
        except KeyboardInterrupt:
            self.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
