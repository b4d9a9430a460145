"""Print every figure of money and stock, each with whether it holds; exit code 1 when one fails.

    python -m benchmarks.money                        # SQLite, and PostgreSQL with 4 processes
    python -m benchmarks.money --backend sqlite --only last_pieces --rounds 3

PostgreSQL is the one that TEST_DATABASE_URL names. Each backend gets a shop of its own in a
temporary folder, served as it is in earnest, with the test till in Stripe's place.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import carts_sum
from benchmarks.money import buyers, crashes, news, silence
from benchmarks.money.figure import Figure
from benchmarks.money.shop import Shop

CARTS = 10_000
Scenario = Callable[[Shop], Iterator[Figure]]


def scenarios(rounds: int, crowd: int | None) -> dict[str, Scenario]:
    """List what is asked of a running shop."""
    size = {"buyers": crowd} if crowd else {}
    return {
        "last_pieces": partial(buyers.last_pieces, rounds=rounds, **size),
        "crossing": partial(buyers.crossing, **size),
        "one_code": buyers.one_code,
        "impatient": buyers.impatient,
        "same_news": news.same_news,
        "every_order": news.every_order,
        "no_news": news.no_news,
        "unlocked": silence.unlocked,
        "silent": silence.silent,
    }


def main() -> int:
    """Run what is asked for and print the report; stopped early, it stops its shops."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wanted = _arguments()
    figures: list[tuple[str, Figure]] = []
    if not wanted.only or "carts" in wanted.only:
        carts = _carts()
        print(carts.line("no database"), flush=True)
        figures.append(("", carts))
    for backend in wanted.backend:
        for figure in _of(backend, wanted):
            print(figure.line(backend), flush=True)
            figures.append((backend, figure))
    failed = [figure for _backend, figure in figures if not figure.holds]
    print(f"\n{len(figures) - len(failed)} of {len(figures)} figures hold.")
    return 1 if failed else 0


def _carts() -> Figure:
    """Price made-up carts and count those that do not add up."""
    wrong = sum(bool(carts_sum.drift(carts_sum.made(seed))) for seed in range(CARTS))
    return Figure(
        f"{CARTS} generated carts in {len(carts_sum.UNITS)} currencies",
        f"lines + delivery + tax = total in {CARTS - wrong}", not wrong,
    )  # fmt: skip


def _of(backend: str, wanted: argparse.Namespace) -> Iterator[Figure]:
    chosen = {
        name: scenario
        for name, scenario in scenarios(wanted.rounds, wanted.crowd).items()
        if not wanted.only or name in wanted.only
    }
    with tempfile.TemporaryDirectory() as folder:
        if chosen:
            yield from _served(Shop(backend, Path(folder) / "shop"), chosen, wanted.rounds)
        if not wanted.only or "crashes" in wanted.only:
            yield from crashes.every_write(backend, Path(folder) / "crashes", wanted.every)


def _served(shop: Shop, chosen: dict[str, Scenario], rounds: int) -> Iterator[Figure]:
    try:
        shop.start(buyers.seed(rounds))
        for name, scenario in chosen.items():
            yield from _told(name, scenario, shop)
    finally:
        shop.stop()


def _told(name: str, scenario: Scenario, shop: Shop) -> Iterator[Figure]:
    """Give what a scenario found; one that breaks is a figure that fails, and the next one is run."""
    try:
        yield from scenario(shop)
    except Exception as error:
        yield Figure(name, f"broke off: {error!r}"[:400], holds=False)
        shop.fault(reset=1, slow=0, delay=0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--backend", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument(
        "--only", action="append", help="one of the scenarios, carts or crashes"
    )
    parser.add_argument("--rounds", type=int, default=20, help="of the last pieces")
    parser.add_argument(
        "--crowd", type=int, help="so many buyers instead of 200, or 100 crossing"
    )
    parser.add_argument("--every", type=int, default=1, help="kill at every so many writes")
    found = parser.parse_args()
    found.backend = found.backend or ["sqlite", "postgresql"]
    return found


if __name__ == "__main__":
    sys.exit(main())
