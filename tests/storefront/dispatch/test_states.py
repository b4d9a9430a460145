"""Deliveries: every move is in the table, whatever is done, in whatever order, whoever dies."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from storefront import clock, database
from storefront.dispatch import claim as claims
from storefront.dispatch import marks, service
from storefront.dispatch.marks import Result
from storefront.dispatch.models import STATES, Delivery, Pace
from storefront.dispatch.outcomes import Outcome
from storefront.dispatch.pace import Limits
from storefront.dispatch.states import DELIVERY_MOVES, OPEN, TERMINAL, sources
from storefront.issues.models import Issue
from tests.storefront.dispatch.desk import prepared, rows, states

ANSWERS = {"accepted": 250, "failed": 550, "deferred": 450, "unknown": None, "queued": None}


def test_every_state_has_its_moves_and_is_open_or_at_its_end():
    assert set(DELIVERY_MOVES) == set(STATES) == {*OPEN, *TERMINAL}
    assert sources("leased") == ["queued"]
    assert not DELIVERY_MOVES["accepted"]


def doings(issue_id, key, now, shop):
    """Name everything that can be done to a letter."""

    def end(state):
        one = Result(key, "example.org", "", 0, Outcome(state, ANSWERS[state]))
        return lambda db: marks.end(db, "one", [one], now, Limits())

    def decide(choice):
        return lambda db: service.resolve(
            db, [key], choice, issue_id=issue_id, who="Ana", now=now
        )

    return {
        "claim": lambda db: claims.claim(
            db, db.get_one(Issue, issue_id), "one", now, most=5, limits=Limits(), settings=shop
        ),
        "begin": lambda db: marks.begin(db, "one", [key], now),
        "release": lambda db: claims.release(db, "one", [key]),
        "recover": lambda db: claims.recover(db, now + timedelta(hours=1), lambda _owner: True),
        "wake": lambda db: claims.wake(db, issue_id, now + timedelta(days=9)),
        "skip": lambda db: claims.skip(db, [key], "x", now),
        "retry": lambda db: service.retry(db, issue_id, now),
        "resend": decide("resend"),
        "sent": decide("sent"),
        "cancel": lambda db: service.cancel(db, issue_id, "x", now),
        **{f"end {state}": end(state) for state in ANSWERS},
    }


def test_whatever_is_done_every_move_is_in_the_table(app, db):
    issue_id, now = prepared(db, 1), clock.now()
    [row] = rows(db, issue_id)
    done = doings(issue_id, row.id, now, app.extensions["storefront"].settings)
    moves = set()
    db.rollback()
    for before in STATES:
        for begun in (None, now):
            for do in done.values():
                with database.transaction() as write:
                    write.execute(update(Issue).values(state="sending"))
                    write.execute(
                        update(Delivery).values(
                            state=before, lease_owner="one", data_at=begun, next_try_at=now
                        )
                    )
                    do(write)
                [after] = states(db, issue_id)
                db.rollback()
                moves |= {(before, after)} - {(before, before)}

    assert moves == {(one, other) for one, to in DELIVERY_MOVES.items() for other in to}


WORKERS = ("a", "b")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("claim", "begin", "hand over", "report", "die", "recover", "pause")),
        st.sampled_from(WORKERS),
        st.sampled_from(("accepted", "accepted", "accepted", "failed", "deferred")),
    ),
    max_size=40,
)


class World:
    """Two workers with one connection each, and a mail server that remembers."""

    def __init__(self, issue_id, shop) -> None:
        self.issue_id, self.shop, self.now = issue_id, shop, clock.now()
        self.taken: list[int] = []
        self.kills = self.names = 0
        self.reset = {
            "waiting": list[int](),
            "begun": None,
            "answer": None,
        }
        self.workers = {name: dict(self.reset, owner=name, waiting=[]) for name in WORKERS}

    def do(self, step, worker, answer):
        with database.transaction() as db:
            getattr(self, step.replace(" ", "_"))(db, self.workers[worker], answer)

    def claim(self, db, worker, _answer):
        issue = db.get_one(Issue, self.issue_id)
        found = claims.claim(
            db, issue, worker["owner"], self.now, most=2, limits=Limits(), settings=self.shop
        )
        worker["waiting"] += [one.id for one in found]

    def begin(self, db, worker, _answer):
        if worker["waiting"] and worker["begun"] is None:
            key = worker["waiting"].pop(0)
            if marks.begin(db, worker["owner"], [key], self.now):
                worker["begun"] = key

    def hand_over(self, _db, worker, answer):
        if worker["begun"] is not None and worker["answer"] is None:
            worker["answer"] = answer
            if answer == "accepted":
                self.taken.append(worker["begun"])

    def report(self, db, worker, _answer):
        if worker["answer"] is not None:
            outcome = Outcome(worker["answer"], ANSWERS[worker["answer"]])
            one = Result(worker["begun"], "example.org", "", 0, outcome)
            marks.end(db, worker["owner"], [one], self.now, Limits())
            worker["begun"] = worker["answer"] = None

    def die(self, _db, worker, _answer):
        self.kills += 1
        self.names += 1
        worker.update(self.reset, owner=f"{worker['owner'][0]}{self.names}", waiting=[])

    def recover(self, db, _worker, _answer):
        self.now += claims.LEASE + timedelta(seconds=1)
        claims.recover(db, self.now, lambda _owner: False)
        claims.wake(db, self.issue_id, self.now)

    def pause(self, db, _worker, _answer):
        if db.get_one(Issue, self.issue_id).state == "sending":
            service.pause(db, self.issue_id, "x")
        else:
            service.resume(db, self.issue_id)


@pytest.fixture
def issue_id(db):
    return prepared(db, 5)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_whatever_order_nobody_is_lost_and_nobody_gets_two(app, db, issue_id, steps):
    db.rollback()
    with database.transaction() as write:
        write.execute(delete(Pace))
        write.execute(update(Issue).values(state="sending"))
        write.execute(
            update(Delivery).values(
                state="queued", lease_owner="", lease_until=None, data_at=None, attempt=0,
                next_try_at=clock.now(),
            )
        )  # fmt: skip
    world = World(issue_id, app.extensions["storefront"].settings)

    for step in steps:
        world.do(*step)
    if db.get_one(Issue, issue_id, populate_existing=True).state == "paused":
        db.rollback()
        world.do("pause", "a", "")
    for _ in range(15):  # one healthy worker at the end of it all
        for step in ("recover", "claim", "begin", "hand over", "report", "begin", "hand over"):
            db.rollback()
            world.do(step, "a", "accepted")
        world.do("report", "a", "")

    assert len(world.taken) == len(set(world.taken))
    found = {row.id: row.state for row in rows(db, issue_id)}
    assert set(found.values()) <= {"accepted", "failed", "unknown"}
    assert {key for key, state in found.items() if state == "accepted"} <= set(world.taken)
    unknown = [key for key, state in found.items() if state == "unknown"]
    assert len(unknown) <= world.kills + len(WORKERS)
