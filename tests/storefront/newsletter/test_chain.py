"""The chain of consents: whatever is changed, taken out or put in shows."""

import hashlib
import threading

import pytest
from sqlalchemy import delete, event, func, select, text, update

from storefront import clock, database, migrate
from storefront.newsletter import chain, consent, erasing
from storefront.newsletter.models import ConsentEvent, ConsentHead
from tests.makers import both

ANA = "ana@example.org"


@pytest.fixture
def ledger(app, settings):
    """Four lines of three people, sealed."""
    with app.app_context():
        for email in (ANA, "bo@example.org", "cy@example.org", ANA):
            with database.transaction() as db:
                say(db, settings, email)
        yield database.session()


def say(db, settings, email, words="Yes."):
    shown = consent.by_us(email, words, "page", settings)
    consent.record(db, "confirmed", shown, "203.0.113.7", settings, clock.now())


def harm(*statements):
    with database.transaction() as db:
        for each in statements:
            db.execute(each)
    return database.session()


def line(number):
    return ConsentEvent.line == number


@both
def test_a_ledger_nobody_touched_is_whole(ledger, settings):
    assert consent.verify(ledger, settings) == []
    assert list(ledger.scalars(select(ConsentEvent.line).order_by(ConsentEvent.id))) == [
        1,
        2,
        3,
        4,
    ]


@both
def test_an_import_of_many_lines_is_sealed_in_portions(ledger, settings, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 2)
    portions = []

    def note(_session, _flush, _instances):
        portions.append(len(_session.dirty))

    with database.transaction() as db:
        for number in range(5):
            say(db, settings, f"reader{number}@example.org")
        db.flush()
        event.listen(db, "before_flush", note)

    event.remove(db, "before_flush", note)
    assert max(portions) <= 3  # two lines and the head of the chain
    assert consent.verify(ledger, settings) == []
    assert ledger.scalar(select(func.max(ConsentEvent.line))) == 9


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"event": "left"}, "Line 2 was changed"),
        ({"lists": "shop-news"}, "Line 2 was changed"),
        ({"at": clock.now()}, "Line 2 was changed"),
        ({"text": "Another text."}, "The words of line 2"),
        ({"email": "dee@example.org"}, "The address of line 2"),
        ({"client": "198.51.100.0"}, "The client of line 2"),
        ({"person": "0" * 64}, "Line 2 was changed"),
    ],
)  # fmt: skip
def test_a_changed_line_is_told(ledger, settings, change, said):
    db = harm(update(ConsentEvent).where(line(2)).values(change))

    assert consent.verify(db, settings)[0].startswith(said)


@pytest.mark.parametrize(
    ("number", "said"), [(1, "Line 1 is missing"), (2, "Line 2 is missing"), (4, "The chain should end")]
)  # fmt: skip
def test_a_line_taken_out_is_told(ledger, settings, number, said):
    db = harm(delete(ConsentEvent).where(line(number)))

    assert consent.verify(db, settings)[0].startswith(said)


def test_an_end_cut_off_together_with_its_count_is_told_by_the_line_before(ledger, settings):
    db = harm(delete(ConsentEvent).where(line(4)), update(ConsentHead).values(lines=3))

    assert "should end" in consent.verify(db, settings)[0]


@both
def test_erasing_somebody_breaks_nothing_and_finds_their_lines_by_the_hash(ledger, settings):
    with database.transaction() as db:
        assert consent.forget(db, ANA, settings) == 2

    assert consent.verify(ledger, settings) == []
    found = consent.of_person(ledger, ANA, settings)
    assert [(each.line, each.email, each.client) for each in found] == [
        (1, "", ""),
        (4, "", ""),
    ]


def test_lines_from_before_there_was_a_chain_join_it(ledger, settings):
    harm(update(ConsentHead).values(lines=0, sha256=""), update(ConsentEvent).values(line=None))
    with database.transaction() as db:
        say(db, settings, ANA)

    assert consent.verify(database.session(), settings) == []


OLD_LINE = text(
    "INSERT INTO storefront_consent_event"
    " (email, event, at, form, text, text_sha256, locale, policy_version, client)"
    " VALUES (:email, 'confirmed', :at, 'footer', 'Yes.', :words, 'en', '1', :client)"
)


@pytest.fixture
def upgraded(app):
    """Give a shop with three lines that were written before there was a chain."""
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
        migrate.down(engine, "0018_memberships")
        old = {"at": "2026-01-01 00:00:00+00:00", "words": hashlib.sha256(b"Yes.").hexdigest()}
        lines = [(ANA, "203.0.113.0"), ("bo@example.org", ""), (ANA, "198.51.100.0")]
        with engine.begin() as connection:
            connection.execute(
                OLD_LINE, [old | {"email": email, "client": client} for email, client in lines]
            )
        migrate.up(engine)
        yield database.session()


@both
@pytest.mark.changes_tables
def test_the_ledger_of_an_upgraded_shop_is_whole(upgraded, settings):
    with database.transaction() as db:
        say(db, settings, ANA)

    assert consent.verify(upgraded, settings) == []
    with database.transaction() as db:
        consent.forget(db, ANA, settings)
    found = consent.of_person(upgraded, ANA, settings)
    assert [(each.line, each.email) for each in found] == [(1, ""), (3, ""), (4, "")]
    assert consent.verify(upgraded, settings) == []


@both
@pytest.mark.changes_tables
def test_who_is_erased_right_after_the_upgrade_is_found_by_the_hash(upgraded, settings):
    with database.transaction() as db:
        erasing.erase(db, ANA, settings=settings, now=clock.now())

    assert consent.verify(upgraded, settings) == []
    found = consent.of_person(upgraded, ANA, settings)
    assert [(each.event, each.email, bool(each.client_mark)) for each in found] == [
        ("confirmed", "", True), ("confirmed", "", True), ("suppressed", "", False), ("erased", "", False),
    ]  # fmt: skip


def test_a_sealed_line_without_its_hash_is_told_and_stays_so(ledger, settings):
    db = harm(update(ConsentEvent).where(line(2)).values(person=""))
    with database.transaction() as writing:
        say(writing, settings, ANA)

    assert consent.verify(db, settings)[0] == "Line 2 was changed after it was written."


def test_what_is_rolled_back_leaves_no_hole(ledger, settings):
    with pytest.raises(ZeroDivisionError), database.transaction() as db:
        say(db, settings, ANA)
        raise ZeroDivisionError
    with database.transaction() as db:
        say(db, settings, ANA)

    assert consent.verify(database.session(), settings) == []


@both
def test_many_at_once_make_one_chain(app, settings):
    failed = []

    def talk(number):
        try:
            with app.app_context():
                for turn in range(4):
                    with database.transaction() as db:
                        say(db, settings, f"p{number}-{turn}@example.org")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=talk, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with app.app_context():
        assert failed == []
        assert consent.verify(database.session(), settings) == []
        assert database.session().get(ConsentHead, 1).lines == 20


def test_nothing_is_recorded_outside_a_transaction(app, settings):
    with app.app_context(), pytest.raises(RuntimeError):
        say(database.session(), settings, ANA)
