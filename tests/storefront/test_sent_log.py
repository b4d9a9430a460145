"""The sent log: what was taken by the transport, and sending it once more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock, database, mail, outbox, sent_log, worker
from storefront.cli.group import group
from storefront.errors import Invalid, NotFound
from storefront.sent_log import SentLetter
from tests.makers import both, make_order


@pytest.fixture
def handlers(app):
    return app.extensions["storefront"].outbox_handlers


@pytest.fixture
def box(app):
    return app.extensions["storefront"].transport


def write(db, **more):
    order = make_order(db)
    context = {"number": order.number, "name": "Ana", "lines": [], "address": order.address,
               "packed": "We pack it now.", "return_days": 30, "destination": ["Way 1"],
               "shipping": "€3.90", "total": "€27.90", "tax": "", "paid": "", "order_url": "http://localhost/o"}  # fmt: skip
    mail.write(db, "order_paid", order.email, order.number, context, order_id=order.id, **more)
    db.commit()
    return order


@both
def test_a_letter_that_was_taken_is_written_down_once(db, handlers):
    order = write(db)

    outbox.drain(handlers)

    db.rollback()
    [sent] = sent_log.latest(db, order_id=order.id)
    assert (sent.letter, sent.to, sent.tries) == ("order_paid", "ana@example.org", 1)
    assert order.number in sent.subject
    handlers[mail.KIND](sent.payload)  # a worker died after handing it over
    db.rollback()
    assert [row.tries for row in sent_log.latest(db)] == [2]


def test_a_letter_that_was_not_taken_is_not_in_the_log(db, app, handlers, monkeypatch):
    def refuse(message):
        raise OSError("away")

    write(db)
    monkeypatch.setattr(
        type(app.extensions["storefront"].transport), "deliver", lambda self, m: refuse(m)
    )

    outbox.drain(handlers)

    db.rollback()
    assert sent_log.latest(db) == []


@both
def test_resending_delivers_the_same_content_under_another_message_id(db, handlers, box):
    write(db)
    outbox.drain(handlers)
    db.rollback()
    first = db.scalars(select(SentLetter.id)).one()

    for _ in range(2):
        with database.transaction() as inside:
            mail.resend(inside, first)
    outbox.drain(handlers)

    assert len({letter["headers"]["Message-ID"] for letter in box.letters()}) == 3
    assert len({letter["text"] for letter in box.letters()}) == 1


def test_what_was_forgotten_or_never_kept_is_not_sent_again(db, handlers):
    write(db, keep=False)
    outbox.drain(handlers)
    db.rollback()
    [sent] = sent_log.latest(db)

    with pytest.raises(Invalid, match="no longer kept"), database.transaction() as inside:
        mail.resend(inside, sent.id)
    with pytest.raises(NotFound), database.transaction() as inside:
        mail.resend(inside, 10_000)


def test_the_content_is_forgotten_after_the_days_of_the_settings(db, handlers):
    write(db)
    outbox.drain(handlers)

    worker.run("purge", clock.now() + timedelta(days=89))
    kept = db.scalars(select(SentLetter)).one().payload is not None
    db.rollback()
    worker.run("purge", clock.now() + timedelta(days=91))

    db.rollback()
    assert kept
    assert db.scalars(select(SentLetter)).one().payload is None


def test_the_operator_lists_and_resends(app, db, handlers, box):
    order = write(db)
    outbox.drain(handlers)
    runner = app.test_cli_runner()

    told = runner.invoke(group, ["letters", "list", "--order", order.number, "--json"])
    again = runner.invoke(group, ["letters", "resend", "1"])
    outbox.drain(handlers)

    assert '"letter": "order_paid"' in told.output
    assert again.exit_code == 0
    assert len(box.letters()) == 2
