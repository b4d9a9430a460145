"""A large file of readers: by batches, a few statements for each, and on from where it stopped."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import IntegrityError

from storefront import database
from storefront.errors import Invalid
from storefront.newsletter import bringing, consent, importing, lists, moving, service
from storefront.newsletter.models import (
    ConsentEvent,
    ReaderImport,
    Subscriber,
    Subscription,
    Suppression,
)
from storefront.newsletter.moving import Refused, Row
from tests.makers import both, make_reader

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GIVEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
ANA = "ana@example.org"
HEAD = "email,lists,consent_at,consent_source,consent_text\n"


class Killed(BaseException):
    """Stands for a process that dies."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "readers.csv"


def fill(path, count: int, *more: str) -> None:
    lines = [f"r{n}@example.org,letter,2026-03-01T10:00:00Z,fair,Yes.\n" for n in range(count)]
    path.write_text(HEAD + "".join([*lines, *more]), "utf-8")


def bring(path, settings, **options) -> bringing.Report:
    options = {"progress": lambda _done: None, "batch": 10} | options
    return importing.work(path, settings=settings, now=NOW, **options)


def tally(db) -> tuple[int, ...]:
    db.rollback()
    return tuple(
        db.scalar(select(func.count(m.id))) for m in (Subscriber, Subscription, ConsentEvent)
    )


def row(email=ANA, *slugs, at=GIVEN, line=2) -> Row:
    return Row(line, email, slugs or ("letter",), at, "fair", "Yes.")


def take(settings, *rows) -> bringing.Report:
    with database.transaction() as db:
        return bringing.bring_in(db, rows, settings=settings, now=NOW)


@both
def test_a_file_is_brought_in_by_batches_into_one_whole_chain(app, db, settings, path):
    fill(path, 35)
    seen = []

    report = bring(path, settings, progress=seen.append)

    assert (report.joined, report.known, report.suppressed) == (35, 0, 0)
    assert seen == [10, 20, 30, 35]
    assert tally(db) == (35, 35, 35)
    assert consent.verify(db, settings) == []


@both
def test_a_batch_costs_as_many_statements_however_many_are_in_it(app, db, settings):
    told = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *_: told.append(1))

    def cost(count: int, name: str) -> int:
        told.clear()
        take(settings, *(row(f"{name}{n}@example.org") for n in range(count)))
        return len(told)

    assert cost(2, "a") == cost(400, "b") < 15


@both
def test_who_dies_in_the_middle_goes_on_behind_the_last_batch(app, db, settings, path):
    fill(path, 35)

    def die(done: int) -> None:
        if done == 20:
            raise Killed

    with pytest.raises(Killed):
        bring(path, settings, progress=die)
    assert tally(db) == (20, 20, 20)
    seen = []
    report = bring(path, settings, progress=seen.append)

    assert seen == [30, 35]
    assert report.joined == 35
    assert tally(db) == (35, 35, 35)
    assert consent.verify(db, settings) == []


def test_a_batch_that_fails_leaves_nothing_of_itself(app, db, settings, path, monkeypatch):
    fill(path, 15)
    real = bringing.bring_in

    def fails(db, rows, **given):
        report = real(db, rows, **given)
        if len(rows) == 5:
            raise Killed
        return report

    monkeypatch.setattr(bringing, "bring_in", fails)
    with pytest.raises(Killed):
        bring(path, settings)

    assert tally(db) == (10, 10, 10)
    assert db.scalars(select(ReaderImport)).one().records == 10


@both
def test_a_batch_that_was_overtaken_is_written_again(app, db, settings, path, monkeypatch):
    fill(path, 15)
    real, late = bringing._people, []

    def overtaken(db, emails):
        people = real(db, emails)
        if not late:  # as if another transaction had come in between
            late.append(1)
            make_reader(db, sorted(emails)[0])
        return people

    monkeypatch.setattr(bringing, "_people", overtaken)

    report = bring(path, settings)

    assert (report.joined, tally(db)) == (15, (15, 15, 15))


def test_what_cannot_be_written_at_all_is_told(app, db, settings, path, monkeypatch):
    fill(path, 1)

    def fails(*_words, **_options):
        raise IntegrityError("insert", {}, Exception())

    monkeypatch.setattr(bringing, "bring_in", fails)

    with pytest.raises(IntegrityError):
        bring(path, settings)


def test_a_finished_file_begins_anew_and_brings_in_nobody_twice(app, db, settings, path):
    fill(path, 15)
    bring(path, settings)

    again = bring(path, settings)

    assert (again.joined, again.known) == (0, 15)
    assert tally(db) == (15, 15, 15)


def test_two_processes_do_not_share_a_file(app, db, settings, path):
    fill(path, 25)

    def another(_done: int) -> None:
        bring(path, settings)

    with pytest.raises(Invalid, match="another process"):
        bring(path, settings, progress=another)


def test_trying_changes_nothing(app, db, settings, path):
    fill(path, 25)

    report = importing.attempt(
        path, settings=settings, now=NOW, progress=lambda _: None, batch=10
    )

    assert report.joined == 25
    assert tally(db) == (0, 0, 0)
    assert db.scalars(select(ReaderImport)).all() == []


def test_every_refused_line_is_told_with_its_number_and_reason(db, path):
    bad = [f"r{n},letter,2026-03-01,fair,Yes.\n" for n in range(120)]
    fill(path, 3, *bad, 'x@example.org,letter,2026-03-01,fair,"Yes\x00"\n')
    told = []

    assert importing.check(path, NOW, told.append) == (124, 121)

    assert told[0] == Refused(5, "it names no mail address.")
    assert [one.line for one in told] == [*range(5, 126)]


@pytest.mark.parametrize("content", [b"", b"email\n", b"\xff\xfe", HEAD.encode() + b"\xff\n"])
def test_a_file_that_cannot_be_read_is_refused(db, path, content):
    path.write_bytes(content)

    with pytest.raises(Invalid):
        importing.check(path, NOW, lambda _: None)


@both
def test_lines_about_one_person_follow_each_other(app, db, settings):
    with database.transaction() as writing:
        lists.save(writing, "news", name="News")

    later = GIVEN + timedelta(days=1)
    report = take(settings, row(ANA, at=later), row(ANA, "letter", "news"), row(ANA, "news"))

    assert (report.joined, report.known) == (2, 1)
    assert service.joined(db, ANA) == ["letter", "news"]
    assert [line.lists for line in consent.of_person(db, ANA, settings)] == ["letter", "news"]
    assert db.scalars(select(Subscriber)).one().confirmed_at == GIVEN


@both
def test_who_left_before_the_consent_is_back_and_who_left_after_it_is_not(app, db, settings):
    with database.transaction() as writing:
        for email in (ANA, "bo@example.org"):
            make_reader(writing, email)
        service.leave(writing, ANA, client="", settings=settings, now=GIVEN - timedelta(days=1))
        service.leave(
            writing,
            "bo@example.org",
            client="",
            settings=settings,
            now=GIVEN + timedelta(days=1),
        )

    report = take(settings, row(ANA), row("bo@example.org"))

    assert (report.joined, report.known) == (1, 1)
    assert service.is_confirmed(db, ANA, "letter")
    assert service.joined(db, "bo@example.org") == []
    assert service.is_confirmed(db, "bo@example.org") is False
    back = db.scalars(select(Subscription).where(Subscription.state == "confirmed")).one()
    assert (back.confirmed_at, back.left_at) == (GIVEN, None)


@both
@pytest.mark.parametrize(("days", "joins"), [(1, False), (0, False), (-1, True)])
def test_who_left_everything_since_is_put_on_no_other_list_either(
    app, db, settings, days, joins
):
    with database.transaction() as writing:
        lists.save(writing, "news", name="News")
        make_reader(writing, ANA)
        left_at = GIVEN + timedelta(days=days)
        service.leave(writing, ANA, client="", settings=settings, now=left_at)

    report = take(settings, row(ANA, "news"))

    assert (report.joined, report.known) == ((1, 0) if joins else (0, 1))
    assert service.joined(db, ANA) == (["news"] if joins else [])
    assert service.is_confirmed(db, ANA) is joins
    assert [one.event for one in consent.of_person(db, ANA, settings)] == (
        ["left", "imported"] if joins else ["left"]
    )


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_who_leaves_everything_while_a_batch_begins_has_left(app, db, settings):
    with database.transaction() as writing:
        lists.save(writing, "news", name="News")
        make_reader(writing, ANA)
    gone, engine = [], db.get_bind()

    def leaves(_connection, _cursor, statement, *_rest):
        if "FOR UPDATE" in statement and "storefront_subscription" in statement and not gone:
            gone.append(1)
            with engine.begin() as another:
                for table in (Subscription, Subscriber):
                    another.execute(update(table).values(state="left", left_at=NOW))

    event.listen(engine, "before_cursor_execute", leaves)
    report = take(settings, row(ANA, "news"))
    event.remove(engine, "before_cursor_execute", leaves)

    assert gone
    assert report.joined == 0
    db.rollback()
    assert service.joined(db, ANA) == []


def test_who_pauses_goes_on_pausing(app, db, settings):
    with database.transaction() as writing:
        make_reader(writing, ANA)
        service.pause(writing, ANA, None, NOW)

    take(settings, row(ANA))

    assert db.scalars(select(Subscription)).one().paused_until is not None


@both
def test_a_suppression_under_an_older_key_still_counts(app, db, settings):
    old = settings.model_copy(
        update={"secret_key": "an older key of forty characters, at least"}
    )
    with database.transaction() as writing:
        service.suppress(
            writing,
            ANA,
            scope="marketing",
            reason="erased",
            source="test",
            now=NOW,
            settings=old,
        )
        writing.flush()
        assert writing.scalars(select(Suppression)).one()
    newer = settings.model_copy(update={"secret_key_fallbacks": [old.secret_key]})

    report = take(newer, row(ANA, line=7), row("bo@example.org"))

    assert (report.joined, report.suppressed, report.lines) == (1, 1, [7])


def test_a_moment_of_another_zone_is_the_same_moment(app, db, settings):
    lines = [HEAD, f"{ANA},letter,2026-03-01T12:00:00+02:00,fair,Yes.\n"]

    take(settings, *moving.read(lines, {"letter"}, NOW))

    assert db.scalars(select(Subscriber)).one().confirmed_at == GIVEN
