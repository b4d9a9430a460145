"""Two devices of one address at the same moment, on PostgreSQL."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from storefront import database
from storefront.newsletter import consent, letters, service
from storefront.newsletter.letters import Office

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")  # fmt: skip


@pytest.fixture
def office(settings):
    return Office(
        settings,
        lambda id: f"http://x/confirm/{id}",
        lambda to, slug=None: f"http://x/leave/{to}",
    )


def until_somebody_waits(app):
    with app.app_context(), app.extensions["sqlalchemy"].engine.connect() as connection:
        for _ in range(100):
            if connection.scalar(WAITING):
                return
            time.sleep(0.05)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_another_letter_and_its_confirmation_follow_each_other(app, office, monkeypatch):
    with app.app_context(), database.transaction() as db:
        wish = service.sign_up(
            db, "ana@example.org", form="page", consent_text=consent.NEWSLETTER, locale="en_IE",
            next_url="/", client="", now=NOW, office=office,
        )  # fmt: skip
        wish_id = wish.id
    later, is_inside, failed = NOW + timedelta(minutes=2), threading.Event(), []
    plain = letters.check_limit

    def slow(*arguments):
        is_inside.set()
        until_somebody_waits(app)
        plain(*arguments)

    monkeypatch.setattr(letters, "check_limit", slow)

    def do(work):
        try:
            with app.app_context(), database.transaction() as db:
                work(db)
        except Exception as error:
            failed.append(error)

    first = threading.Thread(
        target=do, args=[lambda db: service.again(db, wish_id, office=office, now=later)]
    )
    first.start()
    assert is_inside.wait(10)
    do(lambda db: service.confirm(db, wish_id, client="", office=office, now=later))
    first.join(20)

    assert failed == []
    with app.app_context():
        assert service.is_confirmed(database.session(), "ana@example.org")
