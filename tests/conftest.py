"""A shop for each test, on a copy of a migrated database."""

import contextvars
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url

import storefront
from storefront import database, migrate
from storefront.cli import demo
from storefront.resources import data_folder
from storefront.settings import Settings
from tests import quick
from tests.makers import PretendGateway, postgres_url

hypothesis.settings.register_profile("suite", deadline=None)  # no test fails because it is slow
hypothesis.settings.load_profile("suite")

quick.share_templates(Path(__file__).parents[1] / ".pytest_cache" / "templates")
quick.share_addresses()
quick.share_statements()

for name in ("DATABASE_URL", "REDIS_URL", "STOREFRONT_DATA", "STOREFRONT_CONFIG", "PORT"):
    os.environ.pop(name, None)
os.environ["STRIPE_TIMEOUT_SECONDS"] = "30"  # a busy machine is slow, not without a network


NO_KEY = (
    "--stripe=sandbox needs a key of a Stripe sandbox: set STRIPE_SANDBOX_KEY to one that begins "
    "with sk_test_ (a live key, or the till's own, is refused)."
)


def pytest_addoption(parser):
    parser.addoption(
        "--stripe",
        choices=("till", "sandbox"),
        default="till",
        help="who the scenarios in tests/scenarios are played to",
    )


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "till_only(reason): this scenario cannot be played to Stripe's sandbox"
    )
    key = os.environ.get("STRIPE_SANDBOX_KEY", "")
    is_sandbox_key = key.startswith("sk_test_") and not key.startswith("sk_test_till_")
    if config.getoption("--stripe") == "sandbox" and not is_sandbox_key:
        raise pytest.UsageError(NO_KEY)


def pytest_collection_finish():
    quick.spare_what_stays()


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


def _admin(address: str, *statements: str) -> None:
    url = make_url(address).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    engine.dispose()


EMPTY = """
DO $$
DECLARE name text; names text := '';  has_rows boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
                AND tablename <> 'storefront_alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO has_rows;
        IF has_rows THEN names := names || format(', public.%I', name); END IF;
    END LOOP;
    IF names <> '' THEN
        EXECUTE 'TRUNCATE ' || substr(names, 3) || ' RESTART IDENTITY CASCADE';
    END IF;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'first' LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM first.%I', name, name);
    END LOOP;
END $$
"""
KEEP = """
DO $$
DECLARE name text; has_rows boolean;
BEGIN
    CREATE SCHEMA first;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
                AND tablename <> 'storefront_alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('CREATE TABLE first.%I AS TABLE public.%I', name, name);
        END IF;
    END LOOP;
END $$
"""
OTHERS_OUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def postgres_emptied(postgres_template) -> str:
    """Make a database that is emptied after each test: making one anew takes far longer."""
    address = postgres_url()
    name = f"storefront_test_{uuid.uuid4().hex[:12]}"
    _admin(address, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"')
    _admin(_named(address, name), KEEP)
    yield name
    _admin(address, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def backend(request) -> str:
    return getattr(request, "param", "sqlite")


@pytest.fixture
def database_url(backend, request, tmp_path) -> str:
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "storefront.sqlite3")
        yield f"sqlite:///{tmp_path / 'storefront.sqlite3'}"
        return
    if request.node.get_closest_marker("changes_tables"):
        yield from _own_database(request.getfixturevalue("postgres_template"))
        return
    address = _named(postgres_url(), request.getfixturevalue("postgres_emptied"))
    yield address
    _admin(address, OTHERS_OUT, EMPTY)


def _own_database(template: str) -> Iterator[str]:
    address, name = postgres_url(), f"storefront_test_{uuid.uuid4().hex[:12]}"
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
