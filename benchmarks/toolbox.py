"""What 5,000 routines lack for one visitor, beside reading the same rows bare.

python -m benchmarks.toolbox [--routines 5000] [--components 500] [--database-url ...]
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, insert, text
from sqlalchemy.orm import Session

from benchmarks.side_by_side import ratio, seconds
from routines.library.models import Entry, Need
from routines.toolbox import service
from routines.toolbox.cover import Bid, choose
from routines.toolbox.lacks import survey
from routines.toolbox.opening import Closed, weigh
from storefront import clock, migrate

BARE = text("SELECT entry_id, component, stand_ins FROM routines_need WHERE role = 'required'")
LIMIT_MS, MOST_STATEMENTS = 50.0, 3


def fill(engine: Engine, routines: int, components: int) -> None:
    """Store made-up routines: each with 1 to 6 needs, each component with stand-ins of its own."""
    chance = random.Random(4)
    stand_ins: list[list[dict[str, str]]] = [
        chance.choice([[], [{"household": f"Thing {part}", "fit": "ok"}], [{"component": f"c{chance.randrange(components)}", "fit": "good"}]])
        for part in range(components)
    ]  # fmt: skip
    now = clock.now()
    entries = [
        {"id": place, "kind": "routine", "slug": f"r{place}", "title": f"R {place}", "position": place,
         "minutes": 8, "card": {}, "revision_number": 1, "published_at": now}
        for place in range(1, routines + 1)
    ]  # fmt: skip
    needs = [
        {"entry_id": place, "component": f"c{part}", "stand_ins": stand_ins[part],
         "role": chance.choice(("required", "required", "required", "optional"))}
        for place in range(1, routines + 1) for part in chance.sample(range(components), chance.randint(1, 6))
    ]  # fmt: skip
    with Session(engine) as db:
        db.execute(insert(Entry), entries)
        db.execute(insert(Need), needs)
        db.commit()


def measure(db: Session, engine: Engine, owned: frozenset[str]) -> list[str]:
    """Compare the judging of all routines with the bare rows; gives what does not hold."""
    made = ratio(
        lambda: service.ready(db, owned), lambda: db.execute(BARE).all(), rounds=20, calls=3
    )
    best = 1000 * min(seconds(lambda: service.ready(db, owned), 1) for _ in range(40))
    used = statements(engine, lambda: service.ready(db, owned))
    print(
        f"owning {len(owned):3}: {best:6.1f} ms at best, {made.ours_ms:.1f} in the middle, {used} statements, "
        f"{made.middle:.2f} [{made.low:.2f}-{made.high:.2f}] times the bare rows ({made.bare_ms:.1f} ms)"
    )
    return [f"{best:.1f} ms"] * (best > LIMIT_MS) + [f"{used} statements"] * (used > MOST_STATEMENTS)  # fmt: skip


def measure_products(db: Session, owned: frozenset[str], components: int) -> None:
    """Time what a page of 24 products says: how many routines each opens."""
    products = [frozenset(f"c{(24 * one + part) % components}" for part in range(one % 4 + 1)) for one in range(24)]  # fmt: skip
    everything = frozenset[str]().union(*products)

    def weighed() -> None:
        seen = survey(db, owned, everything)
        closed = Closed(seen.lacks)
        for brings in products:
            weigh(brings, seen.users, closed, owned)

    made = ratio(weighed, lambda: db.execute(BARE).all(), rounds=10, calls=2)
    print(f"24 products: {made.ours_ms:6.1f} ms, {made.middle:.2f} times the bare rows")


def measure_plan(components: int) -> None:
    """Time the smallest purchase for 10, 40 and 100 missing parts among 500 offers."""
    chance = random.Random(4)
    price = [chance.randint(500, 4000) for _ in range(components)]
    bids = [Bid(frozenset({f"c{part}"}), price[part]) for part in range(components) if chance.random() < 0.8]  # fmt: skip
    for _ in range(120):
        parts = chance.sample(range(components), chance.randint(2, 8))
        bids.append(Bid(frozenset(f"c{part}" for part in parts), int(sum(price[part] for part in parts) * chance.uniform(0.5, 0.95))))  # fmt: skip
    for many in (10, 40, 100):
        wanted = frozenset(f"c{part}" for part in chance.sample(range(components), min(many, components)))  # fmt: skip
        made = ratio(lambda one=wanted: choose(one, bids), lambda: sorted(bids, key=lambda bid: bid.price_minor), rounds=5, calls=1)  # type: ignore[misc]  # fmt: skip
        print(f"plan, {many:3} parts missing, {len(bids)} offers: {made.ours_ms:6.1f} ms, exact: {choose(wanted, bids).is_exact}")  # fmt: skip


def statements(engine: Engine, call: Callable[[], object]) -> int:
    """Count the statements of a call."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    call()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 1 when the figure does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--routines", type=int, default=5000)
    parser.add_argument("--components", type=int, default=500)
    parser.add_argument("--database-url", help="an empty database; else SQLite in a temporary folder")  # fmt: skip
    told = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(told.database_url or f"sqlite:///{Path(folder) / 'shop.sqlite3'}")  # fmt: skip
        migrate.up(engine)
        fill(engine, told.routines, told.components)
        wrong = []
        with Session(engine) as db:
            for every in (0, 25, 4):
                owned = frozenset(f"c{part}" for part in range(0, told.components, every)) if every else frozenset()  # fmt: skip
                wrong += measure(db, engine, owned)
            measure_products(db, owned, told.components)
        measure_plan(told.components)
        engine.dispose()
    print(f"{'does not hold: ' + ', '.join(wrong) if wrong else 'holds'}: at most {LIMIT_MS:.0f} ms in {MOST_STATEMENTS} statements")  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
