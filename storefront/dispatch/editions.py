"""What is asked of an issue's edition: letters for readers, a batch at a time."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from storefront.issues.edition import Reader


class Letter(Protocol):
    """One reader's letter."""

    @property
    def reader_id(self) -> int:
        """Whose it is."""

    @property
    def variant(self) -> str:
        """Name which of the variants it is."""

    @property
    def wire(self) -> bytes:
        """Give the letter itself, with CRLF at the end of its lines."""

    @property
    def problem(self) -> str:
        """Say why this reader can have no letter; empty for all who can."""


class Edition(Protocol):
    """A frozen issue that writes letters."""

    def letters(self, db: Session, readers: Sequence[Reader]) -> Iterator[Letter]:
        """Write the letters of some readers, one after the other."""
