"""What is kept about an address, told table by table: what it is, and what becomes of it on erasing.

Export and erasing are both read off these rows, so nothing can be handed out and forgotten, or erased
and never shown. A test walks every table and fails on an address that no row answers for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from storefront.database import Base

Doing = Literal["delete", "empty", "keep"]
Whose = Callable[[str], ColumnElement[bool]]


@dataclass(frozen=True)
class Holding:
    """Rows of one table that belong to an address.

    `empties` are the columns and what stands in them afterwards; `change` does to one row what
    cannot be said that way. `why` is the reason to keep what is kept, in a sentence for its owner.
    """

    model: type[Base]
    about: str  # in words, for whoever reads the export
    whose: Whose
    doing: Doing
    why: str = ""
    empties: Mapping[str, Any] | None = None
    change: Callable[[Any], None] | None = None


def by(column: InstrumentedAttribute[Any]) -> Whose:
    """Find rows by the address that stands in a column of theirs."""
    return lambda email: column == email
