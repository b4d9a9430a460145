"""Our own Alembic lineage, apart from any host's."""

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
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def down(engine: Engine, revision: str = "-1") -> None:
    """Take the tables back to a revision."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def status(engine: Engine) -> tuple[str | None, str | None]:
    """Tell the revision of the database and the newest one there is."""
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        script = ScriptDirectory.from_config(_config(connection))
        return context.get_current_revision(), script.get_current_head()
