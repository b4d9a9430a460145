"""A shared cache in front: what a reader was shown must not be kept for the next."""

import getpass
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from storefront.leakcheck.crawl import Crawl, surface
from storefront.leakcheck.visitors import Person

PATIENCE_SECONDS = 60
MOST = 400  # addresses; those that answered with something
CONFIG = """
daemon off; user {user}; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  proxy_cache_path {folder}/cache keys_zone=shared:10m;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host localhost;
      proxy_cache shared; proxy_cache_key $scheme$request_uri; proxy_cache_use_stale updating;
      add_header X-Cache-Status $upstream_cache_status always;
    }}
  }}
}}
"""


def check(app: Flask, crawl: Crawl, people: Sequence[Person], nginx: str) -> None:
    """Let people ask for the same addresses one after another; the first is a reader who may see more."""
    reader, *others = people
    addresses = list(crawl.asked)[:MOST]
    with _served(app) as behind, _cached(nginx, behind) as front:
        _ask(crawl, reader, front, addresses, listens=False)
        for person in (*others, *others):  # the second time from what the cache has kept
            _ask(crawl, person, front, addresses, listens=True)


def _ask(
    crawl: Crawl, person: Person, front: str, addresses: Sequence[str], *, listens: bool
) -> None:
    with requests.Session() as browser:
        for address in addresses:
            try:
                answer = browser.get(
                    front + address, cookies=dict(person.cookies), timeout=PATIENCE_SECONDS,
                    allow_redirects=False, headers={"Accept-Encoding": "identity"},
                )  # fmt: skip
            except requests.RequestException as error:  # an answer that ends midway, or none
                crawl.report.broken.append(f"behind a cache {address}: {type(error).__name__}")
                continue
            kind = answer.headers.get("Content-Type", "").partition(";")[0]
            crawl.report.asked["behind a cache"] += 1
            crawl.report.kept += answer.headers.get("X-Cache-Status") == "HIT"
            if listens:
                text = str(answer.headers).encode() + answer.content
                how = f"GET behind a cache ({surface(address, answer.status_code, kind)})"
                crawl.listen(person, address, how, text)


class _Quiet(WSGIRequestHandler):
    """Write no line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _served(app: Flask) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(PATIENCE_SECONDS)
        server.server_close()


@contextmanager
def _cached(nginx: str, behind: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        config = Path(folder) / "nginx.conf"
        facts = {"folder": folder, "port": port, "behind": behind, "user": getpass.getuser()}
        config.write_text(CONFIG.format(**facts), "utf-8")
        command = [nginx, "-e", f"{folder}/error.log", "-p", folder, "-c", str(config)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            try:
                _wait_for(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
