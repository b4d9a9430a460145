"""Several newsletters: joining and leaving each by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storefront import database
from storefront.errors import Invalid, LinkExpired
from storefront.newsletter import choices, consent, lists, service, subscriptions, suppression
from storefront.newsletter.models import Subscriber
from tests.makers import both, make_reader

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA = "ana@example.org"


@pytest.fixture
def db(app):
    with app.app_context(), database.transaction() as db:
        lists.save(db, "shop-news", name="Shop news", position=1)
        lists.save(db, "staff", name="For us", is_offered=False)
        yield db


def join(db, settings, *slugs, email=ANA, now=NOW):
    shown = consent.by_us(email, "Yes.", "page", settings)
    return service.join(db, shown, slugs, client="", now=now, settings=settings)


def leave(db, settings, *slugs, now=NOW):
    return service.leave(db, ANA, slugs or None, client="", settings=settings, now=now)


def test_a_new_shop_has_one_newsletter_that_a_plain_sign_up_joins(app):
    with app.app_context():
        found = lists.everything(database.session())
        assert [(one.slug, one.is_default) for one in found] == [("letter", True)]
        assert lists.chosen(database.session(), ()) == ["letter"]


@pytest.mark.parametrize("slug", ["staff", "no-such", "letter' OR 1=1"])
def test_a_hidden_or_unknown_newsletter_cannot_be_chosen(db, slug):
    with pytest.raises(Invalid):
        lists.chosen(db, ["letter", slug])


def test_one_default_takes_the_place_of_another(db):
    lists.save(db, "shop-news", is_default=True)
    db.expire_all()

    assert lists.chosen(db, ()) == ["shop-news"]


@both
@pytest.mark.parametrize("has_left", [False, True])
def test_who_chooses_no_newsletter_is_no_reader(db, settings, has_left):
    if has_left:
        join(db, settings, "letter")
        leave(db, settings)

    choices.keep(db, ANA, [], ["calf"], client="", settings=settings, now=NOW)

    assert join(db, settings) == []
    assert not service.is_confirmed(db, ANA)  # or it would open what readers see
    assert [one.state for one in db.scalars(select(Subscriber))] == ["left"] * has_left


@both
def test_each_newsletter_is_joined_and_left_by_itself(db, settings):
    assert join(db, settings, "letter", "shop-news") == ["letter", "shop-news"]
    assert join(db, settings, "letter") == []

    leave(db, settings, "letter")

    assert service.joined(db, ANA) == ["shop-news"]
    assert service.is_confirmed(db, ANA)
    assert not service.is_confirmed(db, ANA, "letter")
    assert service.is_confirmed(db, ANA, "shop-news")
    leave(db, settings, "shop-news")
    assert not service.is_confirmed(db, ANA)


def test_leaving_everything_names_the_lists_in_the_ledger(db, settings):
    join(db, settings, "letter", "shop-news")

    leave(db, settings)

    last = consent.of_person(db, ANA, settings)[-1]
    assert (last.event, last.lists) == ("left", "letter,shop-news")
    assert service.joined(db, ANA) == []


def test_coming_back_takes_back_only_what_was_left_just_now(db, settings):
    join(db, settings, "letter", "shop-news")
    leave(db, settings, "shop-news", now=NOW - timedelta(days=1))
    leave(db, settings, "letter")

    service.come_back(db, ANA, client="", settings=settings, now=NOW + timedelta(minutes=5))

    assert service.joined(db, ANA) == ["letter"]
    with pytest.raises(LinkExpired):
        service.come_back(db, ANA, ["shop-news"], client="", settings=settings, now=NOW)


@both
def test_readers_are_those_who_confirmed_this_list_and_may_be_written_to(db, settings):
    ana = make_reader(db, ANA, "letter", "shop-news")
    make_reader(db, "bo@example.org", "shop-news")
    make_reader(db, "cy@example.org", "letter", state="suppressed")
    leave(db, settings, "shop-news")

    assert db.scalars(service.readers_of("letter")).all() == [ana.id]


def test_a_pause_ends_by_itself_and_is_no_leaving(db, settings):
    make_reader(db)

    assert subscriptions.pause(db, ANA, ["letter"], NOW) == 1

    db.flush()
    later = NOW + subscriptions.PAUSE_FOR
    assert db.scalars(service.readers_of("letter", NOW)).all() == []
    assert len(db.scalars(service.readers_of("letter", later)).all()) == 1
    assert service.is_confirmed(db, ANA)


def test_a_suppressed_person_joins_nothing(db, settings):
    suppress(db, settings, "complaint", "marketing")
    make_reader(db, state="suppressed")

    assert join(db, settings, "shop-news") == []


def suppress(db, settings, reason, scope, email=ANA):
    return suppression.suppress(
        db, email, scope=scope, reason=reason, source="test", now=NOW, settings=settings
    )


@both
def test_suppressing_twice_is_suppressing_once_and_releasing_joins_nobody(db, settings):
    make_reader(db, ANA, "letter")
    leave(db, settings)

    assert suppress(db, settings, "hard_bounce", "all")
    assert not suppress(db, settings, "hard_bounce", "all")
    assert service.is_suppressed(db, ANA, "all", settings=settings)
    assert service.release(db, ANA, by="op", now=NOW, settings=settings)

    assert not service.is_suppressed(db, ANA, settings=settings)
    assert not service.is_confirmed(db, ANA)
    events = [line.event for line in consent.of_person(db, ANA, settings)]
    assert events == ["left", "suppressed", "released"]


def test_releasing_gives_a_reader_their_lists_back(db, settings):
    make_reader(db)
    suppress(db, settings, "complaint", "marketing")
    assert not service.is_confirmed(db, ANA)

    service.release(db, ANA, by="op", now=NOW, settings=settings)

    assert service.is_confirmed(db, ANA, "letter")


def test_a_complaint_stops_marketing_alone(db, settings):
    suppress(db, settings, "complaint", "marketing")

    assert service.is_suppressed(db, ANA, settings=settings)
    assert not service.is_suppressed(db, ANA, "all", settings=settings)


@pytest.mark.parametrize(
    ("reason", "may_ask"),
    [("complaint", False), ("hard_bounce", False), ("manual", False), ("soft_bounces", True), ("erased", True)],
)  # fmt: skip
def test_only_after_soft_bounces_or_erasing_may_somebody_be_asked_to_confirm_again(
    db, settings, reason, may_ask
):
    make_reader(db)
    suppress(db, settings, reason, "marketing")

    assert suppression.is_askable(db, ANA, settings) == may_ask


def test_a_suppression_is_found_after_the_secret_key_was_changed(db, settings):
    suppress(db, settings, "erased", "marketing")
    changed = settings.model_copy(
        update={"secret_key": "new" * 20, "secret_key_fallbacks": (settings.secret_key,)}
    )
    lost = settings.model_copy(update={"secret_key": "new" * 20})

    assert service.is_suppressed(db, ANA, settings=changed)
    assert not service.is_suppressed(db, ANA, settings=lost)
    assert db.query(Subscriber).count() == 0
