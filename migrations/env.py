"""Run by storefront.migrate with an open connection."""

from alembic import context

import routines.library.models as library
import routines.programmes.models as programmes
import routines.saved.models as saved
import routines.studio.models as studio
import routines.videos.models as videos
import storefront.models as shop
from storefront.database import Base
from storefront.migrate import VERSION_TABLE

WHOLE = (
    shop,
    library,
    programmes,
    saved,
    studio,
    videos,
)  # the metadata knows a table once its module is imported


def ours_only(item, name, type_, reflected, compare_to):
    """Look at our own tables and nothing else."""
    if type_ != "table":
        return True
    return name in Base.metadata.tables


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    include_object=ours_only,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
