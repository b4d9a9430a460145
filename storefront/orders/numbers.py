"""Random numbers that people read aloud: nothing in them can be counted, so they may have gaps.

What must have no gaps is the number of an invoice: `documents.numbers`.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storefront import tokens

MOST_TRIES = 20


def free(db: Session, column: InstrumentedAttribute[Any], prefix: str = "") -> str:
    """Make a number that no row has yet; the column is unique, so that two at once never share one.

    Raises:
        RuntimeError: every try was taken, which random numbers never are.
    """
    for _try in range(MOST_TRIES):
        number = f"{prefix}{tokens.number()}"
        if db.scalar(select(column).where(column == number)) is None:
            return number
    message = f"no free number was found for {column}"
    raise RuntimeError(message)
