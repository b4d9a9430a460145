"""A host's own staff: the host says who asks, our table says what they may do."""

import pytest

from storefront.customers.visitor import HostUser
from tests.storefront.backoffice.at_the_desk import make_member, signed_in

SAYS: dict[str, HostUser | None] = {"user": None}


@pytest.fixture
def app(app):
    """A shop whose host names its signed-in user."""
    SAYS["user"] = None
    app.extensions["storefront"].visitor_from = lambda: SAYS["user"]
    return app


@pytest.fixture
def keeper(db):
    made = make_member(db, "keeper")
    db.commit()
    return made


def enter(client):
    return client.post("/backoffice/sign-in/host")


def test_a_hosts_staff_who_are_members_come_in_without_a_letter(app, client, keeper):
    SAYS["user"] = HostUser("Keeper@example.org", is_staff=True)

    assert "Continue as keeper@example.org" in client.get("/backoffice/sign-in").text
    assert enter(client).status_code == 303
    assert client.get("/backoffice").status_code == 200
    assert client.get("/backoffice/members").status_code == 403


@pytest.mark.parametrize("user", [
    None, HostUser("keeper@example.org"), HostUser("nobody@example.org", is_staff=True),
])  # fmt: skip
def test_nobody_else_comes_in_by_the_hosts_word(app, client, keeper, user):
    SAYS["user"] = user

    assert enter(client).status_code == 422
    assert client.get("/backoffice").status_code == 303


def test_the_session_ends_with_the_hosts_word(app, client, keeper):
    SAYS["user"] = HostUser("keeper@example.org", is_staff=True)
    enter(client)
    SAYS["user"] = HostUser("keeper@example.org", is_staff=False)
    assert client.get("/backoffice").status_code == 303

    SAYS["user"] = HostUser("other@example.org", is_staff=True)
    assert client.get("/backoffice").status_code == 303


def test_the_hosts_word_is_no_fresh_proof(app, client, keeper):
    SAYS["user"] = HostUser("keeper@example.org", is_staff=True)
    enter(client)

    answer = client.get("/backoffice/me/passkeys/new")

    assert answer.location.startswith("/backoffice/fresh?")


def test_a_session_by_letter_does_not_hang_on_the_host(app, keeper):
    device = signed_in(app, "keeper")
    SAYS["user"] = HostUser("other@example.org")

    assert device.get("/backoffice").status_code == 200
