"""Compare our product page with a bare Flask route that renders the same bytes.

Both stand in this process and are called alike, by their WSGI door without a network; the
bare route renders a Jinja template that is nothing but the finished page. So the ratio says
what our shop adds to Flask itself: guards, visitor, database, hooks and the real template.

    python -m benchmarks.product_page [--rounds 60] [--calls 10] [--product SLUG]

Four visits are measured: a stranger, whose page another stranger asked for before; a stranger
whose page must be made anew, as after each publish; a stranger's second look (304, nothing has
changed); and somebody with a cart, whose page is made anew for each look.
"""

import argparse
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask, render_template
from jinja2 import DictLoader
from werkzeug.test import EnvironBuilder, run_wsgi_app

import storefront
from benchmarks.side_by_side import Call, Ratio, ratio
from storefront import database, migrate
from storefront.cli.demo import fill
from storefront.resources import data_folder
from storefront.settings import Settings


def filled_shop(folder: Path) -> Flask:
    """Make the demo shop in an empty folder."""
    app = storefront.create_app(Settings(storefront_data=folder, base_url="http://localhost"))
    with app.app_context():
        migrate.up(app.extensions["sqlalchemy"].engine)
        with database.transaction() as db:
            fill(db, data_folder("config") / "demo")
    return app


def bare_app(path: str, page: str) -> Flask:
    """Make a Flask application whose one route renders this page."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": f"{{% raw %}}{page}{{% endraw %}}"})
    app.add_url_rule(path, "page", lambda: render_template("page.html"))
    return app


def visit(app: Flask, path: str, status: int = 200, **headers: str) -> Callable[[], bytes]:
    """Prepare a visit that gives the body, and try it once."""
    environ = EnvironBuilder(path, headers=headers).get_environ()

    def call() -> bytes:
        body, answered, _ = run_wsgi_app(app, dict(environ), buffered=True)
        if not answered.startswith(str(status)):
            message = f"{path} answered {answered}"
            raise RuntimeError(message)
        return b"".join(body)

    call()
    return call


def visits(shop: Flask, path: str) -> dict[str, Call]:
    """Prepare the four visits."""
    client = shop.test_client()
    etag = client.get(path).headers["ETag"]
    sku = re.findall(r'name="sku" value="([^"]+)"', client.get(path).text)[0]
    client.post("/cart/lines", data={"sku": sku, "quantity": "1"})
    cookie = client.get_cookie("storefront_cart")
    return {
        "a stranger": visit(shop, path),
        "a stranger, made anew": forgetting(shop, visit(shop, path)),
        "a stranger's second look (304)": visit(shop, path, 304, If_None_Match=etag),
        "a look with a cart": visit(shop, path, Cookie=f"{cookie.key}={cookie.value}"),
    }


def forgetting(shop: Flask, call: Call) -> Call:
    """Let the shop forget its finished pages before each visit."""
    pages = shop.extensions["storefront"].pages

    def made_anew() -> object:
        pages.forget()
        return call()

    return made_anew


def told(name: str, found: Ratio) -> str:
    """Write one line of the table."""
    spread = f"{found.low:.2f} to {found.high:.2f}"
    return f"{name:32} {found.middle:6.2f} x   ({spread}; {found.ours_ms:.2f} ms to {found.bare_ms:.2f} ms)"


def main() -> None:
    """Measure and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--product", default="mini-foam-roller")
    wanted = parser.parse_args()
    path = f"/shop/{wanted.product}"
    with tempfile.TemporaryDirectory() as folder:
        shop = filled_shop(Path(folder))
        page = visit(shop, path)().decode()
        bare = visit(bare_app(path, page), path)
        if bare() != page.encode():
            message = "the bare route gives other bytes"
            raise RuntimeError(message)
        print(f"{path}: {len(page.encode())} bytes; bare Flask = 1")
        for name, call in visits(shop, path).items():
            print(told(name, ratio(call, bare, rounds=wanted.rounds, calls=wanted.calls)))


if __name__ == "__main__":
    main()
