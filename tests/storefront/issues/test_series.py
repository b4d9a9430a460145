"""Letters to new readers: when they are due, once each, and never to whoever has gone."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from storefront import clock, database, outbox
from storefront.errors import Invalid
from storefront.issues import links, series, series_file, series_letter
from storefront.issues.models import SeriesLetter, SeriesWritten
from storefront.newsletter import consent, service, suppression
from storefront.newsletter.models import Interest, Subscriber, Subscription
from storefront.outbox import OutboxRow
from storefront.ownership.models import Owned
from tests.mailbox import letters
from tests.makers import both
from tests.routines.made import needs_tool, publish_routine, step_of
from tests.storefront.issues.made import WEEKLY, make_list, make_reader

ANA = "ana@example.org"


def make_letter(db, **fields) -> SeriesLetter:
    make_list(db)
    values = {
        "list_slug": WEEKLY, "key": "begin", "day": 3, "subject": "Where to begin", "intro": "Hello.",
        "shows": "words",
    }  # fmt: skip
    letter = SeriesLetter(**(values | fields))
    db.add(letter)
    db.commit()
    return letter


def joined(db, email=ANA, days=3, **fields):
    reader = make_reader(
        db, email, joined=clock.now() - timedelta(days=days, hours=1), **fields
    )
    db.commit()
    return reader


@both
def test_a_letter_is_written_once_and_joining_again_does_not_repeat_it(app, db, settings):
    make_letter(db)
    reader = joined(db)

    assert series.work(clock.now()) == 1
    (sent,) = letters(app, ANA)
    db.execute(delete(OutboxRow))  # as the purge does after a month
    now = clock.now()
    db.commit()
    with database.transaction() as writing:
        service.leave(writing, ANA, client="", settings=settings, now=now)
    mine = db.scalar(select(Subscription).where(Subscription.subscriber_id == reader.id))
    mine.state, mine.confirmed_at = "confirmed", now - timedelta(days=4)
    db.get_one(Subscriber, reader.id).state = "confirmed"
    db.commit()

    assert series.work(clock.now()) == 0
    assert sent["subject"] == "Where to begin"
    assert sent["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["headers"]["Precedence"] == "bulk"
    assert sent["headers"]["List-Unsubscribe"].strip("<>") in sent["text"]


@both
def test_readers_are_written_to_in_batches(app, db):
    make_letter(db)
    for number in range(5):
        joined(db, f"reader{number}@example.org")

    assert series.work(clock.now(), batch=2) == 5
    assert db.scalar(select(func.count(SeriesWritten.id))) == 5
    assert db.scalar(select(func.count(OutboxRow.id))) == 5
    assert series.work(clock.now(), batch=2) == 0


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("days", "fields", "due"),
    [(2, {}, 0), (3, {}, 1), (9, {}, 1), (10, {}, 0), (3, {"state": "left"}, 0), (3, {"state": "suppressed"}, 0)],
)  # fmt: skip
def test_it_is_due_from_its_day_for_a_week_and_to_readers_only(db, days, fields, due):
    make_letter(db)
    joined(db, days=days, **fields)

    assert series.work(clock.now()) == due


@both
@pytest.mark.parametrize("gone", ["leave", "pause", "suppress", "erase", "off"])
def test_whoever_has_gone_since_it_was_written_gets_nothing(app, db, settings, gone):
    letter = make_letter(db)
    joined(db)
    assert series.work(clock.now()) == 1
    now = clock.now()
    with database.transaction() as writing:
        if gone == "leave":
            service.leave(writing, ANA, client="", settings=settings, now=now)
        elif gone == "pause":
            service.pause(writing, ANA, None, now)
        elif gone == "suppress":
            suppression.suppress(
                writing, ANA, scope="marketing", reason="manual", source="t", now=now,
                settings=settings,
            )  # fmt: skip
        elif gone == "erase":
            writing.execute(delete(Subscriber))
        else:
            writing.get_one(SeriesLetter, letter.id).is_on = False

    assert letters(app, ANA) == []
    assert db.scalars(select(OutboxRow.state)).all() == ([] if gone == "leave" else ["done"])


@both
def test_leaving_takes_back_what_waits_and_coming_back_brings_it_again(app, db, settings):
    make_letter(db)
    reader = joined(db)
    series.work(clock.now())
    with database.transaction() as writing:
        service.leave(writing, ANA, client="", settings=settings, now=clock.now())
    waits = db.scalars(select(OutboxRow.kind)).all(), db.scalars(select(SeriesWritten.id)).all()
    db.rollback()

    with database.transaction() as writing:
        service.come_back(writing, ANA, None, client="", settings=settings, now=clock.now())

    assert waits == ([], [])
    assert series.work(clock.now()) == 1
    assert [one["to"] for one in letters(app, reader.email)] == [ANA]


@both
def test_leaving_another_list_or_being_another_reader_takes_nothing_back(app, db, settings):
    make_letter(db)
    joined(db)
    joined(db, "bo@example.org")
    series.work(clock.now())

    with database.transaction() as writing:
        service.lists.save(writing, "news", name="News")
        shown = consent.by_us(ANA, "Yes.", "page", settings)
        service.join(writing, shown, ["news"], client="", now=clock.now(), settings=settings)
        service.leave(writing, ANA, ["news"], client="", settings=settings, now=clock.now())
        service.leave(writing, "bo@example.org", client="", settings=settings, now=clock.now())

    assert len(db.scalars(select(OutboxRow.id)).all()) == 1
    assert len(letters(app, ANA)) == 1


def test_a_letter_that_has_left_stays_written(app, db, settings):
    make_letter(db)
    joined(db)
    series.work(clock.now())
    letters(app, ANA)

    with database.transaction() as writing:
        service.leave(writing, ANA, client="", settings=settings, now=clock.now())

    assert len(db.scalars(select(SeriesWritten.id)).all()) == 1


def test_a_leaving_that_fails_takes_nothing_back(app, db, settings):
    make_letter(db)
    joined(db)
    series.work(clock.now())

    with pytest.raises(ZeroDivisionError), database.transaction() as writing:
        service.leave(writing, ANA, client="", settings=settings, now=clock.now())
        raise ZeroDivisionError

    assert len(db.scalars(select(OutboxRow.id)).all()) == 1


def blocks_for(app, db, reader, **fields) -> list[str]:
    letter = make_letter(db, **fields)
    asked = {"letter": letter.id, "reader": reader.id, "key": "k"}
    with app.test_request_context():
        made = series_letter.compose(db, asked, links.office())
    return [one["title"] for one in made["context"]["blocks"]]


@pytest.fixture
def library(db):
    publish_routine(db, "foot", step_of(), title="Roll the foot", body_parts=["foot"])
    publish_routine(db, "neck", step_of(), title="Ease the neck", body_parts=["neck"])
    tools = [needs_tool("t-handle")]
    publish_routine(
        db, "calf", step_of(tools=tools), title="Press the calf", body_parts=["calf"]
    )


@pytest.mark.parametrize(
    ("topic", "title"),
    [("neck", "Ease the neck"), ("", "Roll the foot"), ("ear", "Roll the foot")],
)
def test_where_to_begin_is_a_routine_for_the_readers_topics(app, db, library, topic, title):
    reader = joined(db)
    if topic:
        db.add(Interest(subscriber_id=reader.id, topic=topic))

    assert blocks_for(app, db, reader, shows="begin", reference="routine:foot") == [title]


def test_what_tools_open_comes_first_and_what_is_missing_is_not_shown(app, db, library):
    reader = joined(db)
    without = blocks_for(app, db, reader, shows="tools")
    db.add(
        Owned(email=ANA, component="t-handle", source="order", reference=1, since=clock.now())
    )

    owner = blocks_for(app, db, reader, shows="tools", key="again")

    assert "Press the calf" not in without
    assert owner[0] == "Press the calf"


def test_a_file_is_kept_exactly_and_a_wrong_one_changes_nothing(app, db, tmp_path):
    make_list(db)
    file = tmp_path / "lists.toml"
    file.write_text('[letter.series.a]\nday = 1\nsubject = "A"\nintro = "Hello."\n')
    assert series_file.load(db, file) == 1
    file.write_text('[letter.series.b]\nday = 0\nsubject = "B"\nintro = "Hello."\n')

    with pytest.raises(Invalid, match=r"letter\.series\.b\.day"):
        series_file.load(db, file)
    assert [one.key for one in db.scalars(select(SeriesLetter).where(SeriesLetter.is_on))] == [
        "a"
    ]

    file.write_text('[letter]\nname = "The letter"\n')
    series_file.load(db, file)
    assert db.scalars(select(SeriesLetter.is_on)).all() == [False]


def test_the_outbox_row_says_nothing_of_a_person(app, db):
    make_letter(db)
    joined(db)
    series.work(clock.now())

    row = db.scalar(select(OutboxRow).where(OutboxRow.kind == series.KIND))
    assert ANA not in f"{row.key} {row.payload}"
    assert outbox.withdraw(db, series.KIND, row.key)
