"""What the operator can tell somebody who asks what we know of their address."""

import json

import pytest

from storefront import clock, database
from storefront.errors import Invalid
from storefront.newsletter import consent, service
from storefront.newsletter.letters import Office

ANA = "ana@example.org"


@pytest.fixture
def show(app):
    def type_(*words):
        answer = app.test_cli_runner().invoke(
            args=["storefront", "subscribers", "show", *words], standalone_mode=False
        )
        if answer.exception:
            raise answer.exception
        return answer.output

    return type_


@pytest.fixture
def office(settings):
    return Office(settings, lambda id: f"http://x/{id}", lambda to, slug=None: f"http://x/{to}")


@pytest.fixture
def wish_id(app, office):
    with app.app_context(), database.transaction() as db:
        return service.sign_up(
            db, ANA, form="footer", consent_text=consent.NEWSLETTER, locale="en_IE",
            next_url="/", client="203.0.113.7", now=clock.now(), office=office,
        ).id  # fmt: skip


def test_nobody_is_nobody(show):
    facts = json.loads(show("--email", "bo@example.org", "--json"))

    assert (facts["state"], facts["consents"]) == ("none", [])


@pytest.mark.usefixtures("wish_id")
def test_who_has_not_confirmed_is_waiting(show):
    facts = json.loads(show("--email", " ANA@example.org", "--json"))

    assert (facts["email"], facts["state"], facts["confirmed_at"]) == (ANA, "waiting", "")
    assert [event["event"] for event in facts["consents"]] == ["requested"]


def test_a_reader_has_every_consent_with_its_words(app, show, office, wish_id):
    with app.app_context(), database.transaction() as db:
        service.confirm(db, wish_id, client="", office=office, now=clock.now())
        service.leave(db, ANA, client="", settings=office.settings, now=clock.now())

    facts = json.loads(show("--email", ANA, "--json"))
    lines = show("--email", ANA)

    assert facts["state"] == "left"
    assert facts["confirmed_at"]
    assert facts["left_at"]
    assert [event["event"] for event in facts["consents"]] == ["requested", "confirmed", "left"]
    assert facts["consents"][0]["text"] == consent.NEWSLETTER
    assert facts["consents"][0]["client"] == "203.0.113.0"
    assert lines.startswith(f"{ANA}  left\n")
    assert consent.LEAVE in lines


def test_what_is_no_address_is_told(show):
    with pytest.raises(Invalid):
        show("--email", "ana")
