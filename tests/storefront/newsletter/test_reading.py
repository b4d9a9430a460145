"""What a device is let in for that only waited for a letter, and what closes it again."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from storefront import clock, database, web
from storefront.customers.service import mark_verified
from storefront.customers.visitor import STRANGER, Visitor
from storefront.newsletter import consent, lists, reading, service
from storefront.newsletter.reading import Reading
from storefront.privacy import everywhere
from tests.mailbox import letters, link
from tests.makers import both, make_reader, passes_of, proven

ANA = "ana@example.org"


def seen(client, **changed) -> Reading:
    """Tell what the shop believes of a device."""
    app = client.application
    with app.test_request_context(headers=passes_of(client)):
        settings = web.settings().model_copy(update=changed)
        return reading.of(database.session(), web.visitor(), settings, clock.now())


@pytest.fixture
def tablet(app):
    """A device that asked for the newsletter, whose letter was confirmed on another one, and that looked since."""
    client = app.test_client()
    client.post("/newsletter", data={"email": ANA})
    phone = app.test_client()
    phone.post(link(letters(app)[0]))
    client.phone = phone
    client.get("/newsletter/waiting.json")
    return client


@both
def test_a_device_that_waited_stands_for_the_address(tablet):
    assert seen(tablet) == Reading(ANA, reads=True, has_opened=True)


@both
def test_signing_out_everywhere_closes_it(tablet):
    tablet.phone.post("/account/sign-out-everywhere")

    assert seen(tablet) == Reading()


def test_a_device_that_looks_only_after_that_is_not_let_in(app):
    late = app.test_client()
    late.post("/newsletter", data={"email": ANA})
    phone = app.test_client()
    phone.post(link(letters(app)[0]))
    phone.post("/account/sign-out-everywhere")

    late.get("/newsletter/waiting.json")

    assert seen(late) == Reading()


@both
def test_erasing_closes_it_even_when_the_address_is_proven_anew(app, tablet):
    with app.test_request_context(), database.transaction() as db:
        everywhere.erase(db, ANA, web.settings(), clock.now())
    assert seen(tablet) == Reading()

    with app.app_context(), database.transaction() as db:
        mark_verified(db, ANA, clock.now())

    assert seen(tablet) == Reading()


@both
@pytest.mark.parametrize("keeps", [True, False], ids=["fair", "strict"])
def test_leaving_closes_it_in_strict_mode_alone(app, tablet, keeps):
    with app.test_request_context(), database.transaction() as db:
        strict = web.settings().model_copy(update={"gate_keep_after_leaving": keeps})
        service.leave(db, ANA, client="", settings=strict, now=clock.now())

    assert (seen(tablet).email == ANA) is keeps


def test_leaving_one_of_two_newsletters_closes_nothing_in_strict_mode(app, tablet):
    with app.test_request_context(), database.transaction() as db:
        lists.save(db, "news", name="News")
        strict = web.settings().model_copy(update={"gate_keep_after_leaving": False})
        service.join(
            db, consent.by_us(ANA, "Yes.", "page", strict), ["news"], client="",
            now=clock.now(), settings=strict,
        )  # fmt: skip
        service.leave(db, ANA, ["news"], client="", settings=strict, now=clock.now())

    assert seen(tablet).email == ANA


def test_a_letter_that_is_confirmed_later_opens_again(app, tablet):
    tablet.phone.post("/account/sign-out-everywhere")
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        tablet.post("/newsletter", data={"email": ANA})
        app.test_client().post(link(letters(app)[0]))
        tablet.get("/newsletter/waiting.json")

        assert seen(tablet).email == ANA


def test_it_ends_at_the_age_of_a_session(tablet):
    assert seen(tablet, customer_session_days=1).email == ANA

    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1)):
        assert seen(tablet, customer_session_days=1) == Reading()


def test_what_closes_those_that_waited_leaves_proven_devices_alone(app, client, tablet):
    proven(client)

    with app.test_request_context(), database.transaction() as db:
        strict = web.settings().model_copy(update={"gate_keep_after_leaving": False})
        service.leave(db, ANA, client="", settings=strict, now=clock.now())

    assert seen(client) == Reading(ANA, reads=False, has_opened=True)


@both
def test_a_host_names_an_address_that_we_know_nothing_of(app, db, settings):
    user = Visitor(client="", email="host@example.org")
    make_reader(db, "known@example.org")

    assert reading.of(db, user, settings, clock.now()) == Reading("host@example.org")
    known = Visitor(client="", email="known@example.org")
    assert reading.of(db, known, settings, clock.now()).reads


def test_a_stranger_costs_no_statement_and_everybody_else_one(db, settings):
    told = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda *_: told.append(1))

    reading.of(db, STRANGER, settings, clock.now())
    assert told == []

    reading.of(db, Visitor(client="", email=ANA), settings, clock.now())
    assert len(told) == 1
