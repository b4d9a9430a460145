"""Readers in and out, and erased: `subscribers import`, `export subscribers`, `newsletter consents verify`."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from storefront import clock, database
from storefront.errors import Invalid
from storefront.newsletter import consent, erasing, lists, moving, service
from storefront.newsletter.models import ConsentEvent, Interest, SignupRequest, Subscriber
from tests.mailbox import letters, link
from tests.makers import both, make_reader

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA = "ana@example.org"
HEAD = "email,lists,consent_at,consent_source,consent_text\n"
GOOD = f"{HEAD}Ana@Example.org,letter,2026-03-01T10:00:00+00:00,shop fair,Yes please.\nbo@example.org,letter;shop-news,2026-03-02,old shop,Yes.\n"


@pytest.fixture
def run(app):
    def type_(*words):
        answer = app.test_cli_runner().invoke(
            args=["storefront", *words], standalone_mode=False
        )
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        return answer

    return type_


@pytest.fixture
def file(app, tmp_path):
    with app.app_context(), database.transaction() as db:
        lists.save(db, "shop-news", name="Shop news")

    def write(text):
        (tmp_path / "readers.csv").write_text(text, "utf-8")
        return str(tmp_path / "readers.csv")

    return write


def count(app):
    with app.app_context():
        return database.session().scalar(select(func.count(Subscriber.id)))


@both
def test_readers_come_with_where_and_when_they_consented(app, run, file, settings):
    path = file(GOOD)

    dry = run("subscribers", "import", "--csv", path, "--dry-run").output
    assert count(app) == 0
    wet = run("subscribers", "import", "--csv", path).output
    again = run("subscribers", "import", "--csv", path).output

    assert "Would join: 2" in dry
    assert "Joined: 2" in wet
    assert "Joined: 0. Known already or left since: 2" in again
    with app.app_context():
        db = database.session()
        (line,) = consent.of_person(db, ANA, settings)
        assert (line.event, line.form) == ("imported", "import: shop fair")
        assert "given 2026-03-01T10:00:00+00:00" in line.text
        assert service.joined(db, "bo@example.org") == ["letter", "shop-news"]
        assert consent.verify(db, settings) == []
    assert letters(app) == []  # nobody is greeted who joined elsewhere


@pytest.mark.parametrize(
    "line",
    [
        "no address,letter,2026-03-01,fair,Yes", "a@x.org,no-such,2026-03-01,fair,Yes", "a@x.org,,2026-03-01,fair,Yes",
        "a@x.org,letter,yesterday,fair,Yes", "a@x.org,letter,2099-01-01,fair,Yes", "a@x.org,letter,2026-03-01,,Yes",
        "a@x.org,letter,2026-03-01,fair,", '"a@x.org, b@x.org",letter,2026-03-01,fair,Yes',
    ],
)  # fmt: skip
def test_one_wrong_line_is_named_and_nothing_is_brought_in(app, run, file, line):
    with pytest.raises(Invalid, match="1 of 3 lines"):
        run("subscribers", "import", "--csv", file(f"{GOOD}{line}\n"))
    assert count(app) == 0

    told = run("subscribers", "import", "--csv", file(f"{GOOD}{line}\n"), "--skip-refused")

    assert told.output.startswith("Line 4 is refused: ")
    assert "Refused and left out: 1." in told.output
    assert count(app) == 2


def test_a_file_without_the_consents_is_refused(run, file):
    with pytest.raises(Invalid):
        run("subscribers", "import", "--csv", file("email\na@x.org\n"))


def test_who_is_suppressed_or_has_left_since_is_left_out(app, run, file, settings):
    with app.app_context(), database.transaction() as db:
        service.suppress(
            db, ANA, scope="marketing", reason="complaint", source="test", now=NOW, settings=settings
        )  # fmt: skip
        make_reader(db, "bo@example.org", "letter", "shop-news")
        service.leave(db, "bo@example.org", client="", settings=settings, now=NOW)

    told = run("subscribers", "import", "--csv", file(GOOD)).output

    assert "Suppressed and left out: 1 (lines 2)" in told
    with app.app_context():
        assert service.joined(database.session(), "bo@example.org") == []
        assert not service.is_confirmed(database.session(), ANA)


def test_every_reader_comes_out_with_each_list(app, run):
    with app.app_context(), database.transaction() as db:
        lists.save(db, "shop-news", name="Shop news")
        make_reader(db, ANA, "letter", "shop-news")
        make_reader(db, "=cmd@example.org")

    lines = run("export", "subscribers", "--csv").output.splitlines()

    assert lines[0] == ",".join(moving.EXPORTED)
    assert [line.split(",")[:4] for line in lines[1:]] == [
        [ANA, "confirmed", "letter", "confirmed"], [ANA, "confirmed", "shop-news", "confirmed"],
        ["'=cmd@example.org", "confirmed", "letter", "confirmed"],
    ]  # fmt: skip


def test_the_command_names_the_first_broken_line(app, run, settings):
    with app.app_context(), database.transaction() as db:
        for email in (ANA, "bo@example.org"):
            shown = consent.by_us(email, "Yes.", "page", settings)
            service.join(db, shown, ["letter"], client="", now=NOW, settings=settings)
    whole = run("newsletter", "consents", "verify")
    with app.app_context(), database.transaction() as db:
        db.execute(update(ConsentEvent).where(ConsentEvent.line == 2).values(event="left"))

    broken = run("newsletter", "consents", "verify")

    assert (whole.exit_code, whole.output) == (0, "The chain is whole.\n")
    assert broken.exit_code == 1
    assert broken.output.startswith("Line 2 was changed")


@both
def test_who_is_erased_is_nobody_and_is_not_mailed_again(app, run, file, settings):
    with app.app_context(), database.transaction() as db:
        reader = make_reader(db)
        db.add(Interest(subscriber_id=reader.id, topic="calf"))
        shown = consent.by_us(ANA, "Yes.", "page", settings)
        service.join(db, shown, ["letter"], client="203.0.113.7", now=NOW, settings=settings)  # fmt: skip
    app.test_client().post("/newsletter", data={"email": ANA})
    with app.app_context(), database.transaction() as db:
        erasing.erase(db, ANA, settings=settings, now=NOW)

    told = run("subscribers", "import", "--csv", file(GOOD)).output
    facts = json.loads(run("subscribers", "show", "--email", ANA, "--json").output)

    assert "Suppressed and left out: 1" in told
    with app.app_context():
        db = database.session()
        for model in (Interest, SignupRequest):
            assert db.scalars(select(model)).all() == []
        assert db.scalar(select(func.count()).where(ConsentEvent.email == ANA)) == 0
        assert consent.verify(db, settings) == []
    assert facts["state"] == "none"
    assert [event["event"] for event in facts["consents"]] == [
        "requested",
        "suppressed",
        "erased",
    ]
    assert facts["suppressed"][0]["reason"] == "erased"


def test_who_was_erased_and_signs_up_by_themselves_reads_again(app, settings):

    with app.app_context(), database.transaction() as db:
        erasing.erase(db, ANA, settings=settings, now=clock.now())
    app.test_client().post("/newsletter", data={"email": ANA})
    app.test_client().post(link(letters(app)[0]))

    with app.app_context():
        assert service.is_confirmed(database.session(), ANA, "letter")
        assert not service.is_suppressed(database.session(), ANA, settings=settings)
