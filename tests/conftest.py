"""A shop for each test, on a copy of a migrated database."""

import contextvars
import os
import shutil
import uuid
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

import storefront
from storefront import database, migrate
from storefront.cli import demo
from storefront.resources import data_folder
from storefront.settings import Settings
from tests.makers import PretendGateway, postgres_url

for name in ("DATABASE_URL", "REDIS_URL", "STOREFRONT_DATA", "STOREFRONT_CONFIG", "PORT"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    migrate.up(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """Make a migrated database to copy; one for each worker."""
    address = postgres_url()
    if address is None:
        pytest.skip("TEST_DATABASE_URL is not set")
    name = f"storefront_template_{uuid.uuid4().hex[:12]}"
    _admin(address, f'CREATE DATABASE "{name}"')
    engine = create_engine(_named(address, name))
    migrate.up(engine)
    engine.dispose()
    yield name
    _admin(address, f'DROP DATABASE "{name}" WITH (FORCE)')


def _named(address: str, name: str) -> str:
    url = make_url(address).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _admin(address: str, statement: str) -> None:
    url = make_url(address).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def backend(request) -> str:
    return getattr(request, "param", "sqlite")


@pytest.fixture
def database_url(backend, request, tmp_path) -> str:
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "storefront.sqlite3")
        yield f"sqlite:///{tmp_path / 'storefront.sqlite3'}"
        return
    template = request.getfixturevalue("postgres_template")
    address = postgres_url()
    name = f"storefront_test_{uuid.uuid4().hex[:12]}"
    _admin(address, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _named(address, name)
    _admin(address, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    return Settings(
        storefront_data=tmp_path, database_url=database_url, secret_key="a test key of more than 32 characters",
        base_url="http://localhost",
    )  # fmt: skip


class Visit(FlaskClient):
    """Send each request from outside the test's own app context, as a server would."""

    def open(self, *args, **kwargs):
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def app(settings):
    made = storefront.create_app(settings)
    made.test_client_class = Visit
    yield made
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def db(app):
    """A session of the shop; commit what a request should see."""
    with app.app_context():
        yield database.session()


@pytest.fixture(scope="session")
def demo_app(sqlite_template, tmp_path_factory):
    """The demo shop, filled once; tests only read it."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "storefront.sqlite3")
    made = storefront.create_app(
        Settings(storefront_data=folder, secret_key="a test key of more than 32 characters", base_url="http://localhost")
    )  # fmt: skip
    with made.app_context(), database.transaction() as db:
        demo.fill(db, data_folder("config") / "demo")
    yield made
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def gateway(app) -> PretendGateway:
    """A Stripe in memory behind the shop's port."""
    made = PretendGateway()
    app.extensions["storefront"].gateway = made
    return made
