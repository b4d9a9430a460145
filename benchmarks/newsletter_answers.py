"""Ask for the newsletter with addresses in every state, and compare how long each answer takes.

    python -m benchmarks.newsletter_answers [--rounds 60]

Nobody may learn from an answer whether an address reads, waits, has left or is suppressed. Printed are
for each state the median, its ratio to an address that nobody knows, and the statements that it costs.
The figures to reach: the same statements, and ratios between 0.8 and 1.25.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import event

import storefront
from storefront import clock, database, migrate
from storefront.newsletter import consent
from storefront.newsletter import service as newsletter
from storefront.settings import Settings

STATES = ("new", "pending", "confirmed", "left", "suppressed")
OPEN = dict.fromkeys(("limit_signup_client", "limit_signup_domain", "limit_signup_global"), "1000000/hour")  # fmt: skip


def main() -> None:
    """Print one line for each state."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=60)
    rounds = asked.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        app = _shop(Path(folder))
        _people(app, rounds)
        seconds, statements = _ask(app, rounds)
    known = statistics.median(seconds["new"])
    for state in STATES:
        middle = statistics.median(seconds[state])
        print(f"{state:<11} {middle * 1000:7.2f} ms  ratio {middle / known:5.2f}  statements {sorted(statements[state])}")  # fmt: skip


def _shop(folder: Path) -> Flask:
    made = storefront.create_app(
        Settings(storefront_data=folder, secret_key="a benchmark's key of more than 32 letters", **OPEN)  # type: ignore[arg-type]
    )  # fmt: skip
    with made.app_context():
        migrate.up(database.session().get_bind())  # type: ignore[arg-type]
    return made


def _people(app: Flask, rounds: int) -> None:
    """Bring one address for each state and round into its state."""
    settings = app.extensions["storefront"].settings
    for number in range(rounds + 1):
        _post(app, f"pending{number}@example.org")
        with app.app_context(), database.transaction() as db:
            for state in ("confirmed", "left", "suppressed"):
                email, now = f"{state}{number}@example.org", clock.now()
                shown = consent.by_us(email, consent.NEWSLETTER, "benchmark", settings)
                newsletter.join(db, shown, ["letter"], client="", now=now, settings=settings)
                if state == "left":
                    newsletter.leave(db, email, client="", settings=settings, now=now)
                if state == "suppressed":
                    newsletter.suppress(
                        db, email, scope="marketing", reason="complaint", source="benchmark", now=now,
                        settings=settings,
                    )  # fmt: skip


def _ask(app: Flask, rounds: int) -> tuple[dict[str, list[float]], dict[str, set[int]]]:
    """Ask in turns, so that whatever slows the machine down slows every state alike."""
    seconds: dict[str, list[float]] = {state: [] for state in STATES}
    statements: dict[str, set[int]] = {state: set() for state in STATES}
    count = _counter(app)
    for number in range(rounds + 1):
        for place in range(len(STATES)):
            state = STATES[(place + number) % len(STATES)]
            before, begun = count(), time.perf_counter()
            _post(app, f"{state}{number}@example.org")
            if number:  # the first round warms up
                seconds[state].append(time.perf_counter() - begun)
                statements[state].add(count() - before)
    return seconds, statements


def _counter(app: Flask) -> Callable[[], int]:
    made: list[None] = []
    with app.app_context():
        engine = database.session().get_bind()
    event.listen(engine, "before_cursor_execute", lambda *_said: made.append(None))
    return lambda: len(made)


def _post(app: Flask, email: str) -> None:
    answer = app.test_client().post("/newsletter", data={"email": email})
    assert answer.status_code == 303, answer.status_code


if __name__ == "__main__":
    main()
