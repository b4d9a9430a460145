"""The demo with its canaries, made once for all who look at it."""

import pytest

from storefront.cli.content import throw_away
from storefront.leakcheck import check
from storefront.settings import Settings


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    app = throw_away(Settings(secret_key="not used"), tmp_path_factory.mktemp("leaks"))
    yield app, *check.plant(app)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
