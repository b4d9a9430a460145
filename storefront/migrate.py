"""Our own Alembic lineage, apart from any host's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from storefront.resources import data_folder

VERSION_TABLE = "storefront_alembic_version"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(data_folder("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def up(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision; running it again changes nothing."""
    with _changing_tables(engine) as connection:
        command.upgrade(_config(connection), revision)


def down(engine: Engine, revision: str = "-1") -> None:
    """Take the tables back to a revision."""
    with _changing_tables(engine) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _changing_tables(engine: Engine) -> Iterator[Connection]:
    """Change tables in one transaction; nothing is left without the row that it points to.

    SQLite changes a table by making it anew, and dropping the old one would take along the
    rows that point to it: so foreign keys are put aside meanwhile, and checked at the end.
    """
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        driver: Any = connection.connection.driver_connection
        kept = _pragma(driver, "foreign_keys") if is_sqlite else None
        if kept:
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if is_sqlite and (
                    lost := driver.execute("PRAGMA foreign_key_check").fetchall()
                ):
                    message = f"rows would point to nothing: {lost[:3]}"
                    raise RuntimeError(message)
        finally:
            if kept:
                driver.execute("PRAGMA foreign_keys = ON")


def _pragma(driver: Any, name: str) -> int:
    return int(driver.execute(f"PRAGMA {name}").fetchone()[0])


def status(engine: Engine) -> tuple[str | None, str | None]:
    """Tell the revision of the database and the newest one there is."""
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        script = ScriptDirectory.from_config(_config(connection))
        return context.get_current_revision(), script.get_current_head()
