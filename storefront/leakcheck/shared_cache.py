"""A shared cache in front: what a reader was shown must not be kept for the next."""

import getpass
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from storefront.leakcheck.crawl import Crawl
from storefront.leakcheck.visitors import Person

PATIENCE_SECONDS = 60
MOST = 400  # addresses
EACH_RULE = 4  # of them
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
    """Let people ask for each address one after another; the first is a reader who may see more."""
    reader, *others = people
    with _served(app) as behind, _cached(nginx, behind) as front:
        asking = _Asking(crawl, front)
        for address in chosen(crawl):
            asking.ask(reader, address, listens=False)
            for person in (*others, *others):  # the second time from what the cache has kept
                asking.ask(person, address, listens=True)
    if not crawl.report.kept:
        crawl.report.empty.append("the shared cache")


def chosen(crawl: Crawl) -> list[str]:
    """Choose from the addresses that showed something, so many of each rule."""
    of_rule: Counter[str] = Counter()
    found = []
    for address in crawl.answered:
        rule = crawl.rule_of(address)
        of_rule[rule] += 1
        if of_rule[rule] <= EACH_RULE:
            found.append(address)
    return found[:MOST]


class _Asking:
    """Everybody's way through the cache; connections stay open."""

    def __init__(self, crawl: Crawl, front: str) -> None:
        self._crawl, self._front = crawl, front
        self._browser = requests.Session()
        self._browser.headers["Accept-Encoding"] = "identity"

    def ask(self, person: Person, address: str, *, listens: bool) -> None:
        """Ask for an address, and listen to whoever may not see more than a stranger."""
        report = self._crawl.report
        self._browser.cookies.clear()  # what an answer set; nobody keeps it
        try:
            answer = self._browser.get(
                self._front + address, cookies=dict(person.cookies), timeout=PATIENCE_SECONDS,
                allow_redirects=False,
            )  # fmt: skip
        except requests.RequestException as error:  # an answer that ends midway, or none
            report.broken.append(f"behind a cache {address}: {type(error).__name__}")
            return
        report.count("behind a cache", (), is_empty=not answer.content)
        report.kept += answer.headers.get("X-Cache-Status") == "HIT"
        if answer.status_code >= 500:
            report.broken.append(f"behind a cache {address}: {answer.status_code}")
        if listens:
            text = str(answer.headers).encode() + answer.content
            self._crawl.listen(person, address, "GET behind a cache", text)


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
