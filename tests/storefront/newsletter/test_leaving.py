"""Leaving by link, by the button of a mail program, and by asking for a link."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from storefront import database
from storefront.newsletter import links, lists, service, subscriptions
from storefront.newsletter.models import LeaveReason
from tests.mailbox import letters, link
from tests.makers import make_reader

ANA = "ana@example.org"
ONE_CLICK = {"data": {"List-Unsubscribe": "One-Click"}, "headers": {"Sec-Fetch-Site": "cross-site"}}  # fmt: skip


@pytest.fixture
def readers(app):
    """Ana reads two newsletters."""
    with app.app_context(), database.transaction() as db:
        lists.save(db, "shop-news", name="Shop news", about="New tools.", position=1)
        make_reader(db, ANA, "letter", "shop-news")


def path(app, list_slug=None, email=ANA):
    with app.test_request_context():
        return links.leave_url(email, list_slug).removeprefix("http://localhost")


def joined(app):
    with app.app_context():
        return service.joined(database.session(), ANA)


@pytest.mark.usefixtures("readers")
def test_one_click_stops_the_list_of_the_letter_and_no_other(app, client):
    for _ in range(2):
        assert client.post(path(app, "shop-news"), **ONE_CLICK).status_code == 200

    assert joined(app) == ["letter"]


@pytest.mark.usefixtures("readers")
def test_the_page_offers_this_list_all_and_a_pause_and_looking_changes_nothing(app, client):
    for method in ("GET", "HEAD") * 3:
        page = client.open(path(app, "shop-news"), method=method)

    page = client.get(path(app, "shop-news"))
    assert joined(app) == ["letter", "shop-news"]
    assert "“Shop news”" in page.text
    assert 'value="pause"' in page.text
    assert 'value="all"' in page.text
    assert "/newsletter/preferences/" in page.text


@pytest.mark.usefixtures("readers")
def test_all_can_be_stopped_from_the_link_of_one_and_taken_back(app, client):
    client.post(path(app, "shop-news"), data={"what": "all"})
    assert joined(app) == []

    client.post(path(app, "shop-news").replace("leave", "come-back"), data={"what": "all"})

    assert joined(app) == ["letter", "shop-news"]


@pytest.mark.usefixtures("readers")
def test_a_pause_is_no_leaving(app, client):
    page = client.post(path(app, "letter"), data={"what": "pause"})

    assert "three months" in page.text
    assert joined(app) == ["letter", "shop-news"]
    with app.app_context():
        assert database.session().scalars(service.readers_of("letter")).all() == []


@pytest.mark.usefixtures("readers")
def test_a_token_of_another_purpose_leaves_nothing(app, client):
    with app.test_request_context():
        others = [links.confirm_url(ANA), links.preferences_url(ANA)]

    for url in others:
        assert (
            client.post(f"/newsletter/leave/{url.rpartition('/')[2]}", **ONE_CLICK).status_code
            == 200
        )

    assert joined(app) == ["letter", "shop-news"]


@pytest.mark.usefixtures("readers")
def test_a_database_that_is_away_is_503_so_that_the_mail_program_tries_again(
    app, client, monkeypatch
):
    def away(*_args, **_kwargs):
        raise OperationalError("UPDATE", {}, Exception("away"))

    monkeypatch.setattr(service, "leave", away)

    answer = client.post(path(app), **ONE_CLICK)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


@pytest.mark.usefixtures("readers")
def test_why_somebody_left_is_counted_without_their_name(app, client):
    client.post(path(app, "letter"))
    page = path(app, "letter") + "/reason"

    client.post(page, data={"reason": "too_many"})
    client.post(page, data={"reason": "<script>"})
    client.post("/newsletter/leave/forged/reason", data={"reason": "too_many"})

    with app.app_context():
        found = database.session().scalars(select(LeaveReason)).all()
    assert [(each.list_slug, each.reason) for each in found] == [("letter", "too_many")]


@pytest.mark.usefixtures("readers")
def test_a_link_to_leave_can_be_asked_for_and_strangers_get_none(app, client):
    known = client.post("/newsletter/leave", data={"email": " ANA@example.org "})
    strange = app.test_client().post("/newsletter/leave", data={"email": "bo@example.org"})
    client.post("/newsletter/leave", data={"email": ANA})

    assert (known.status_code, known.location) == (strange.status_code, strange.location)
    found = letters(app)
    assert [letter["to"] for letter in found] == [ANA]
    client.post(link(found[0], "/newsletter/leave/"))
    assert joined(app) == []


def test_what_is_no_address_is_told(client):
    answer = client.post("/newsletter/leave", data={"email": "a@x.org, b@x.org"})

    assert answer.status_code == 422
    assert "Error:" in answer.text


@pytest.mark.usefixtures("readers")
def test_the_choices_of_a_letters_link_are_shown_and_kept_only_by_pressing(app, client):
    with app.test_request_context():
        page = links.preferences_url(ANA).removeprefix("http://localhost")
    for method in ("GET", "HEAD") * 3:
        assert client.open(page, method=method).status_code == 200

    shown = client.get(page)
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert ANA not in shown.text
    client.post(page, data={"action": "keep", "lists": ["shop-news"], "topics": ["no-such"]})
    assert joined(app) == ["shop-news"]

    client.post(page, data={"action": "leave_all"})
    assert joined(app) == []


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("chosen", ["staff", "no-such", "../x"])
def test_a_hidden_newsletter_cannot_be_joined_by_its_name(app, client, chosen):
    with app.test_request_context():
        page = links.preferences_url(ANA).removeprefix("http://localhost")
        with database.transaction() as db:
            lists.save(db, "staff", is_offered=False)

    answers = [
        client.post(page, data={"lists": [chosen]}),
        client.post("/newsletter", data={"email": ANA, "choose": "yes", "lists": [chosen]}),
    ]

    assert [each.status_code for each in answers] == [422, 422]
    assert joined(app) == ["letter", "shop-news"]
    assert letters(app) == []


@pytest.mark.usefixtures("readers")
def test_the_link_shows_no_history_but_sends_it_to_the_address(app, client):
    with app.test_request_context():
        page = links.preferences_url(ANA).removeprefix("http://localhost")

    for _ in range(2):
        client.post(f"{page}/export")

    found = letters(app)
    assert [letter["to"] for letter in found] == [ANA]
    assert '"state": "confirmed"' in found[0]["text"]
    assert app.test_client().post("/newsletter/preferences/export").status_code == 404


@pytest.mark.usefixtures("readers")
def test_topics_are_kept_with_a_line_in_the_ledger(app, settings):
    from storefront import clock
    from storefront.newsletter import choices, consent

    with app.app_context(), database.transaction() as db:
        for _ in range(2):
            choices.keep(
                db, ANA, ["letter"], ["calf", "neck"], client="", settings=settings, now=clock.now()
            )  # fmt: skip
        assert subscriptions.topics(db, ANA) == ["calf", "neck"]
        events = [line.event for line in consent.of_person(db, ANA, settings)]
    assert events == ["left", "changed"]


def test_a_sign_up_chooses_lists_and_the_ledger_has_the_words_beside_them(app, client):
    with app.app_context(), database.transaction() as db:
        lists.save(db, "shop-news", name="Shop news", about="New tools.", position=1)
    page = client.get("/newsletter").text
    fields = {"email": ANA, "source": "page", "choose": "yes"}

    none = client.post("/newsletter", data=fields)
    client.post("/newsletter", data=fields | {"lists": ["shop-news"]})
    letter = letters(app)[0]
    app.test_client().post(link(letter))

    assert "Shop news: New tools." in page
    assert none.status_code == 422
    assert "Shop news" in letter["text"]
    assert joined(app) == ["shop-news"]
    welcome = letters(app)[0]
    assert welcome["headers"]["List-Unsubscribe"].startswith("<http")


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(client):
    answer = client.get("/newsletter/preferences")

    assert answer.status_code in {302, 303}
    assert answer.location.endswith("/account/sign-in?next=/newsletter/preferences")
