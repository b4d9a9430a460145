"""The example of an nginx in front, run as it stands: what it may keep, log and hand out."""

import getpass
import shutil
import subprocess
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from routines.leaks.planting import FILM, ROUTINE
from storefront.leakcheck import check, shared_cache
from storefront.resources import data_folder

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx was not found")
WHOLE = """
daemon off; user {user}; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{example}
}}
"""
PAGE = f"/routines/{ROUTINE}"


class Front:
    """A shop behind the example, and the reader whom its gate lets in."""

    def __init__(self, address, people, folder, asked):
        self.address, self.folder, self.asked = address, folder, asked
        self.reader = dict(people["reader"].cookies)

    def get(self, path, *, cookies=None, method="GET", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.request(
            method, self.address + path, cookies=cookies, headers=headers, timeout=20
        )

    def grant(self):
        wish = requests.post(
            self.address + check.GRANTS, json={"video": FILM}, cookies=self.reader, timeout=20
        )
        return wish.json()["url"]

    def log(self):
        return (self.folder / "access.log").read_text("utf-8")


@pytest.fixture(scope="module")
def front(shop, tmp_path_factory):
    folder, (app, _canaries, people) = tmp_path_factory.mktemp("nginx"), shop
    state, port, asked = app.extensions["storefront"], shared_cache._free_port(), Counter()
    with pytest.MonkeyPatch.context() as changed, _counted(app, asked) as behind:
        settings = state.settings.model_copy(
            update={"delivery": "xaccel", "trusted_proxies": 1}
        )
        changed.setattr(state, "settings", settings)
        file = folder / "nginx.conf"
        file.write_text(_config(folder, state.settings.storefront_data, port, behind), "utf-8")
        command = [NGINX, "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(file)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                shared_cache._wait_for(port)
                yield Front(f"http://127.0.0.1:{port}", people, folder, asked)
            finally:
                process.terminate()


@contextmanager
def _counted(app, asked):
    """Serve an app, and count the addresses that it is asked for itself."""

    def counting(environ, start_response):
        asked[environ["PATH_INFO"]] += 1
        return app(environ, start_response)

    with shared_cache._served(counting) as port:
        yield port


def _config(folder: Path, data: Path, port: int, behind: int) -> str:
    """Put the example in a whole file, with places and ports of this machine and no certificate."""
    text = (data_folder("config") / "nginx.conf.example").read_text("utf-8")
    changes = {
        "/var/cache/nginx/storefront": f"{folder}/cache", "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "/var/log/nginx/storefront.log": f"{folder}/access.log", "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "/srv/storefront/gated/": f"{data}/gated/",
    }  # fmt: skip
    for ours, theirs in changes.items():
        assert ours in text, ours
        text = text.replace(ours, theirs)
    return WHOLE.format(user=getpass.getuser(), folder=folder, example=text)


def test_a_film_is_sent_by_nginx_whole_and_in_ranges(front):
    film = front.grant()

    whole = front.get(film, cookies=front.reader)
    part = front.get(film, cookies=front.reader, Range="bytes=10-19")
    head = front.get(film, cookies=front.reader, method="HEAD")

    assert (whole.status_code, part.status_code, head.status_code) == (200, 206, 200)
    assert part.content == whole.content[10:20]
    assert int(head.headers["Content-Length"]) == len(whole.content) > 100
    for answer in (whole, part, head):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "X-Accel-Redirect" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/_gated/{0}.mp4", "/_gated/../_gated/{0}.mp4", "//_gated/{0}.mp4", "/%5Fgated/{0}.mp4", "/x/..%2f_gated/{0}.mp4"]
)  # fmt: skip
def test_nobody_asks_nginx_for_a_gated_file(front, path):
    answer = front.get(path.format(FILM), cookies=front.reader)

    assert answer.status_code == 404
    assert b"kanari" not in answer.content


def test_a_grant_is_nobody_elses_behind_nginx_either(front):
    film = front.grant()
    front.get(film, cookies=front.reader)

    for method in ("GET", "HEAD"):
        assert front.get(film, method=method).status_code == 403


def test_a_grant_and_what_stands_behind_a_question_mark_are_not_logged(front):
    film = front.grant()
    grant = film.split("/")[2]
    front.get(film, cookies=front.reader)
    front.get("/orders/LEAK-0001?key=secret-of-an-order")

    log = front.log()
    assert f"/gated/***/{FILM}" in log
    assert grant not in log
    assert "secret-of-an-order" not in log


def test_pages_of_strangers_are_kept_and_those_of_readers_are_not(front):
    of_reader = front.get(PAGE, cookies=front.reader)
    before = front.asked[PAGE]
    first, second = front.get(PAGE), front.get(PAGE)
    by_strangers = front.asked[PAGE] - before
    front.get(PAGE, cookies=front.reader)

    assert "kanari" in of_reader.text
    assert of_reader.headers["Cache-Control"] == "private, no-store"
    assert first.content == second.content != of_reader.content
    assert "kanari" not in first.text
    assert by_strangers == 1
    assert front.asked[PAGE] == before + 2
