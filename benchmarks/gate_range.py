"""Compare a range of a gated film with the same range of a bare file.

Both stand in this process and are called alike, by their WSGI door without a network; the bare
route is Flask's own `send_file` of the film. The visitor has confirmed an address and owns nothing,
so that the gate looks at everything it knows.

    python -m benchmarks.gate_range [--rounds 60] [--calls 10] [--database-url ...]

Two requests are measured: one whose yes is remembered, and one for which the gate is asked anew, as
it is once in 15 seconds for each viewer.
"""

import argparse
import tempfile
from pathlib import Path

from flask import Flask, send_file
from sqlalchemy import event

import storefront
from benchmarks.product_page import told, visit
from benchmarks.side_by_side import Call, ratio, seconds
from routines.videos import door, store
from storefront import database, migrate
from storefront.cli.demo import fill
from storefront.customers.visitor import HostUser
from storefront.resources import data_folder
from storefront.settings import Settings

EMAIL, FILM, FILE = "ana@example.org", "hamstring-strap-follow-along", "hamstring-follow-along.mp4"  # fmt: skip
RANGE = "bytes=65536-196607"  # 128 kB, as a player asks


def filled_shop(folder: Path, address: str | None) -> Flask:
    """Make the demo shop, whoever comes has confirmed an address."""
    named = {"database_url": address} if address else {}
    wanted = Settings(storefront_data=folder, base_url="http://localhost", **named)
    app = storefront.create_app(wanted)
    app.extensions["storefront"].visitor_from = lambda: HostUser(EMAIL)
    with app.app_context():
        migrate.up(app.extensions["sqlalchemy"].engine)
        with database.transaction() as db:
            fill(db, data_folder("config") / "demo")
    return app


def bare_app(file: Path) -> Flask:
    """Make a Flask application whose one route sends this file."""
    app = Flask("bare")
    app.add_url_rule("/film", "film", lambda: send_file(file, conditional=True))
    return app


def asking_anew(call: Call) -> Call:
    """Let the gate be asked at each request."""

    def asked() -> object:
        door.forget()
        return call()

    return asked


def at_best(call: Call, bare: Call) -> str:
    """Tell the best of 200 of each, which is what a machine that others use can tell."""
    ours, other = (1000 * min(seconds(one, 1) for _ in range(200)) for one in (call, bare))
    return f"at best {ours / other:.1f} x ({ours:.2f} ms to {other:.2f} ms)"


def statements(shop: Flask, call: Call) -> int:
    """Count what a request asks of the database."""
    said: list[str] = []
    with shop.app_context():
        engine = shop.extensions["sqlalchemy"].engine

    def note(*facts: object) -> None:
        said.append(str(facts[2]))

    event.listen(engine, "before_cursor_execute", note)
    call()
    event.remove(engine, "before_cursor_execute", note)
    return len(said)


def main() -> None:
    """Measure and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--database-url", help="an empty database; else SQLite in a temporary folder")  # fmt: skip
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = filled_shop(Path(folder), wanted.database_url)
        answer = shop.test_client().post("/api/v1/media/grants", json={"video": FILM})
        film = store.gated(shop.extensions["storefront"].settings) / FILE
        bare = visit(bare_app(film), "/film", 206, Range=RANGE)
        remembered = visit(shop, answer.json["url"], 206, Range=RANGE)
        if bare() != remembered():
            message = "the bare route gives other bytes"
            raise RuntimeError(message)
        print(f"{len(bare())} bytes of {FILE}; bare Flask = 1")
        for name, call in (("remembered", remembered), ("asked anew", asking_anew(remembered))):
            found = ratio(call, bare, rounds=wanted.rounds, calls=wanted.calls)
            print(
                told(f"{name}, {statements(shop, call)} statements", found), at_best(call, bare)
            )


if __name__ == "__main__":
    main()
