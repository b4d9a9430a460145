"""The state machine of a sign-up, without pages."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from storefront import database, events
from storefront.customers.models import VerifiedAddress
from storefront.errors import Invalid, LinkExpired, TooMany
from storefront.newsletter import consent, service
from storefront.newsletter.letters import Office
from storefront.newsletter.models import ConsentEvent, SignupRequest, Subscriber
from storefront.outbox import OutboxRow
from tests.makers import both

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA = "ana@example.org"


@pytest.fixture
def db(app):
    """One transaction for the whole test: what is asked for is the service, not its pages."""
    with app.app_context(), database.transaction() as db:
        yield db


@pytest.fixture
def office(settings):
    return Office(
        settings,
        lambda id: f"http://x/confirm/{id}",
        lambda to, slug=None: f"http://x/leave/{to}",
    )


def wish(db, office, email=ANA, now=NOW, **fields):
    defaults = {"form": "page", "consent_text": consent.NEWSLETTER, "locale": "en_IE",
                "next_url": "/routines/", "client": "203.0.113.77"}  # fmt: skip
    return service.sign_up(db, email, now=now, office=office, **defaults | fields)


def confirm(db, office, request, now=NOW):
    return service.confirm(db, request.id, client="198.51.100.9", office=office, now=now)


def letters(db, letter="newsletter_confirm"):
    rows = db.scalars(select(OutboxRow).order_by(OutboxRow.id))
    return [
        row.payload
        for row in rows
        if row.payload["letter"] == letter and not row.payload["held"]
    ]


def history(db, email=ANA):
    lines = select(ConsentEvent).where(ConsentEvent.email == email).order_by(ConsentEvent.id)
    return [line.event for line in db.scalars(lines)]


@both
def test_nobody_is_a_subscriber_before_confirming(db, office):
    request = wish(db, office, "  Ana@Example.org ")

    assert request.email == ANA
    assert db.scalar(select(func.count()).select_from(Subscriber)) == 0
    assert not service.is_confirmed(db, ANA)
    assert db.get(VerifiedAddress, ANA) is None
    assert history(db) == ["requested"]


@both
def test_confirming_makes_a_reader_a_proven_address_and_a_welcome(db, office):
    request = wish(db, office)

    confirm(db, office, request)

    assert service.is_confirmed(db, ANA)
    assert db.get(VerifiedAddress, ANA).newsletter_opened_at == NOW
    assert history(db) == ["requested", "confirmed"]
    assert letters(db, "newsletter_welcome")[0]["leave_url"] == f"http://x/leave/{ANA}"


@both
def test_a_link_confirms_once(db, office):
    request = wish(db, office)
    confirm(db, office, request)

    with pytest.raises(LinkExpired):
        confirm(db, office, request)


def test_a_link_is_dead_at_the_minute_it_expires(db, office):
    request = wish(db, office)

    with pytest.raises(LinkExpired):
        confirm(db, office, request, now=request.expires_at)
    assert confirm(db, office, request, now=request.expires_at - timedelta(seconds=1))


def test_an_unknown_request_cannot_be_confirmed(db, office):
    with pytest.raises(LinkExpired):
        service.confirm(db, "", client="", office=office, now=NOW)


def test_proving_an_address_alone_subscribes_nobody(db, office):
    request = wish(db, office, wants_newsletter=False)

    confirm(db, office, request)

    assert not service.is_confirmed(db, ANA)
    assert db.get(VerifiedAddress, ANA).newsletter_opened_at is None
    assert history(db) == []
    assert letters(db, "newsletter_welcome") == []


def test_listeners_hear_of_a_reader_after_the_commit_and_only_then(app, office):
    heard = []
    listener = events.subscriber_confirmed.connect(
        lambda _sender, email: heard.append(email), weak=False
    )
    with app.app_context(), database.transaction() as db:
        confirm(db, office, wish(db, office))
        before = list(heard)
    events.subscriber_confirmed.disconnect(listener)

    assert before == []
    assert heard == [ANA]


@both
def test_the_right_code_confirms(db, office):
    request = wish(db, office)
    code = letters(db)[0]["context"]["code"]

    found = service.confirm_by_code(db, request.id, code, client="", office=office, now=NOW)

    assert found.email == ANA
    assert service.is_confirmed(db, ANA)


@both
def test_five_wrong_codes_use_up_the_right_one(db, office):
    request = wish(db, office)
    code = letters(db)[0]["context"]["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert (
            service.confirm_by_code(db, request.id, wrong, client="", office=office, now=NOW)
            is None
        )

    with pytest.raises(Invalid):
        service.confirm_by_code(db, request.id, code, client="", office=office, now=NOW)

    assert not service.is_confirmed(db, ANA)
    assert confirm(db, office, request)  # the link of the letter still works


def test_the_code_of_one_sign_up_does_not_confirm_another(db, office):
    wish(db, office)
    other = wish(db, office, "bo@example.org")
    code = next(row["context"]["code"] for row in letters(db) if row["to"] == ANA)
    theirs = next(row["context"]["code"] for row in letters(db) if row["to"] != ANA)

    found = service.confirm_by_code(db, other.id, code, client="", office=office, now=NOW)

    assert (found is None) == (code != theirs)


@both
def test_a_fourth_letter_to_one_address_in_a_day_is_refused(db, office):
    for hour in range(3):
        wish(db, office, now=NOW + timedelta(hours=hour))

    with pytest.raises(TooMany) as refused:
        wish(db, office, now=NOW + timedelta(hours=3))

    assert refused.value.retry_after_seconds == 21 * 3600
    assert wish(db, office, now=NOW + timedelta(hours=24, seconds=1))
    assert wish(db, office, "bo@example.org", now=NOW + timedelta(hours=3))


def test_another_letter_comes_a_minute_later_with_a_new_code_and_the_same_link(db, office):
    request = wish(db, office)
    with pytest.raises(TooMany) as refused:
        service.again(db, request.id, office=office, now=NOW + timedelta(seconds=30))

    service.again(db, request.id, office=office, now=NOW + timedelta(seconds=60))

    first, second = letters(db)
    assert 0 < refused.value.retry_after_seconds <= 31
    assert first["context"]["link"] == second["context"]["link"]
    assert request.letters == 2
    old, new = first["context"]["code"], second["context"]["code"]
    found = service.confirm_by_code(db, request.id, old, client="", office=office, now=NOW)
    assert (found is None) == (old != new)


def test_letters_sent_again_count_towards_the_days_limit(db, office):
    request = wish(db, office)
    for minutes in (1, 2):
        service.again(db, request.id, office=office, now=NOW + timedelta(minutes=minutes))

    with pytest.raises(TooMany):
        service.again(db, request.id, office=office, now=NOW + timedelta(minutes=3))


def test_nothing_is_sent_again_once_it_is_confirmed(db, office):
    request = wish(db, office)
    confirm(db, office, request)

    with pytest.raises(LinkExpired):
        service.again(db, request.id, office=office, now=NOW + timedelta(hours=1))


def test_a_suppressed_address_gets_no_letter_and_stays_suppressed(db, office):
    db.add(Subscriber(email=ANA, state="suppressed", locale="en", confirmed_at=NOW))

    request = wish(db, office)
    confirm(db, office, request)

    assert letters(db) == []
    assert letters(db, "newsletter_welcome") == []
    assert not service.is_confirmed(db, ANA)


def test_a_reader_who_signs_up_again_is_told_so_and_joins_once(db, office):
    confirm(db, office, wish(db, office))

    confirm(db, office, wish(db, office))

    assert [row["context"]["is_reader"] for row in letters(db)] == [False, True]
    assert len(letters(db, "newsletter_welcome")) == 1
    assert db.scalar(select(func.count()).select_from(Subscriber)) == 1
    assert history(db) == ["requested", "confirmed", "requested"]


@both
def test_leaving_twice_is_leaving_once(db, office, settings):
    confirm(db, office, wish(db, office))
    later = NOW + timedelta(days=3)

    first = service.leave(db, ANA, client="", settings=settings, now=later)
    second = service.leave(db, ANA, client="", settings=settings, now=later + timedelta(days=1))

    assert first == second == later
    assert not service.is_confirmed(db, ANA)
    assert history(db) == ["requested", "confirmed", "left"]


def test_a_stranger_may_leave_without_harm(db, settings):
    assert service.leave(db, "", client="", settings=settings, now=NOW) is None
    assert service.leave(db, ANA, client="", settings=settings, now=NOW) is None
    assert history(db) == []


def test_leaving_keeps_the_address_proven(db, office, settings):
    confirm(db, office, wish(db, office))

    service.leave(db, ANA, client="", settings=settings, now=NOW + timedelta(days=3))

    assert db.get(VerifiedAddress, ANA).newsletter_opened_at == NOW


def test_leaving_can_be_undone_for_ten_minutes(db, office, settings):
    confirm(db, office, wish(db, office))
    service.leave(db, ANA, client="", settings=settings, now=NOW)

    late = NOW + service.UNDO_FOR + timedelta(seconds=1)
    with pytest.raises(LinkExpired):
        service.come_back(db, ANA, client="", settings=settings, now=late)
    service.come_back(db, ANA, client="", settings=settings, now=NOW + service.UNDO_FOR)

    assert service.is_confirmed(db, ANA)
    assert history(db) == ["requested", "confirmed", "left", "confirmed"]


def test_who_was_suppressed_cannot_come_back_by_the_leave_link(db, settings):
    db.add(
        Subscriber(email=ANA, state="suppressed", locale="en", confirmed_at=NOW, left_at=NOW)
    )

    with pytest.raises(LinkExpired):
        service.come_back(db, ANA, client="", settings=settings, now=NOW)


def test_who_left_can_join_again(db, office, settings):
    confirm(db, office, wish(db, office))
    service.leave(db, ANA, client="", settings=settings, now=NOW)

    confirm(
        db, office, wish(db, office, now=NOW + timedelta(days=30)), now=NOW + timedelta(days=30)
    )

    reader = db.scalar(select(Subscriber))
    assert (reader.state, reader.left_at) == ("confirmed", None)


def test_the_ledger_keeps_the_exact_words_and_where_they_stood(db, office):
    wish(db, office, form="gate", consent_text="Exactly this.")

    line = db.scalar(select(ConsentEvent))
    assert (line.form, line.locale, line.policy_version) == ("gate", "en_IE", "2026-11")
    assert line.text == "Exactly this."
    assert line.text_sha256 == hashlib.sha256(b"Exactly this.").hexdigest()
    assert line.at == NOW


@pytest.mark.parametrize(
    ("mode", "client", "kept"),
    [
        ("truncated", "203.0.113.77", "203.0.113.0"),
        ("truncated", "2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("full", "203.0.113.77", "203.0.113.77"),
        ("full", "2001:db8::1", "2001:db8::1"),
        ("off", "203.0.113.77", ""),
        ("full", "unix socket", ""),
    ],
)
def test_the_ledger_keeps_as_much_of_the_client_as_the_setting_says(
    settings, mode, client, kept
):
    wanted = settings.model_copy(update={"consent_address": mode})

    assert consent.kept_client(client, wanted) == kept


def test_requests_are_forgotten_after_a_week(db, office):
    old = wish(db, office).id

    wish(db, office, "bo@example.org", now=NOW + timedelta(days=1))

    assert service.forget(db, NOW + timedelta(days=7, seconds=1)) == 1
    assert db.scalars(select(SignupRequest.email)).all() == ["bo@example.org"]
    assert service.waiting(db, old, NOW) is None


@pytest.mark.parametrize(
    "text", ["", "ana", "ana@", "@example.org", "a b@example.org", "a@b", "a@x.y\n"]
)
def test_what_is_no_address_is_refused_with_a_sentence(db, office, text):
    if text.strip() == "a@x.y":
        assert wish(db, office, text).email == "a@x.y"
        return
    with pytest.raises(Invalid) as refused:
        wish(db, office, text)
    assert "email" in refused.value.facts["fields"]
