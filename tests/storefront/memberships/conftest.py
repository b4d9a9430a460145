"""A shop whose payments go to a running till, and one member's life on a clock of its own."""

import pytest

from storefront import clock
from storefront.settings import Settings
from storefront.till.server import Till, TillSettings
from tests.storefront.memberships.lives import Life
from tests.storefront.memberships.membership_makers import make_plan


@pytest.fixture
def till(tmp_path):
    file = tmp_path / "till.sqlite3"
    with Till(TillSettings(file, "http://127.0.0.1:9/payments/webhook", "whsec_x")) as running:
        yield running


@pytest.fixture
def settings(database_url, tmp_path, request):
    """Let the shop of this test talk to its till, if it has one."""
    has_till = "till" in request.fixturenames
    base = request.getfixturevalue("till").base_address if has_till else "http://127.0.0.1:9"
    return Settings(
        storefront_data=tmp_path, database_url=database_url, base_url="http://localhost",
        secret_key="a test key of more than 32 characters", stripe_api_base=base,
        stripe_max_retries=0,
    )  # fmt: skip


@pytest.fixture
def plans(db):
    make_plan(db, "monthly")
    make_plan(db, "yearly", amount_minor=9000, rhythm="year")
    db.commit()


@pytest.fixture
def gateway(app):
    """The shop's own gateway, which speaks to the till."""
    return app.extensions["storefront"].gateway


@pytest.fixture
def life(db, till, gateway, settings, plans):
    return Life(db, till, gateway, settings, clock.now())
