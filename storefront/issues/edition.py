"""An issue as it goes out: frozen, rendered once for each variant, filled in for each reader."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy.orm import Session

from storefront import clock
from storefront.errors import NotFound
from storefront.issues import facts, frozen, letter, shown
from storefront.issues.frozen import Frozen
from storefront.issues.letter import Envelope, Unwritable
from storefront.issues.models import Issue
from storefront.issues.office import Office
from storefront.issues.rendering import Rendered, render
from storefront.issues.variants import Variant, Variants

PLAIN = "reader@example.org"  # if not even they could get a letter, nobody can
MOST_RENDERED = 64  # variants whose letters stay in memory


@dataclass(frozen=True)
class Reader:
    """Whom a letter is for."""

    id: int  # of the subscriber
    email: str
    locale: str
    message_id: str = ""  # that of an earlier try


@dataclass(frozen=True)
class Letter:
    """A finished letter, and which variant of the issue it is."""

    reader_id: int
    variant: str
    wire: bytes = field(repr=False)  # as it travels
    problem: str = ""  # why this reader alone can have none

    @property
    def message(self) -> EmailMessage:
        """Read it."""
        return letter.read(self.wire)


@dataclass(frozen=True)
class Edition:
    """What goes out of one issue; safe to use from one worker at a time."""

    frozen: Frozen
    office: Office
    variants: Variants = field(repr=False)
    _rendered: OrderedDict[str, Rendered] = field(default_factory=OrderedDict, repr=False)

    @classmethod
    def of(cls, db: Session, issue_id: int, office: Office) -> "Edition":
        """Give the edition of an issue: as it was frozen, or as its draft is now.

        Raises:
            NotFound: there is no such issue.
        """
        issue = db.get(Issue, issue_id)
        if issue is None:
            raise NotFound
        says = frozen.of(db, issue, office, clock.now())
        return cls(says, office, Variants(db, says, office))

    def letters(
        self, db: Session, readers: Sequence[Reader], now: datetime | None = None
    ) -> Iterator[Letter]:
        """Write the letters of a batch; what is known of its readers is read at once.

        A reader whose address or links do not fit into a letter has a problem instead of one.

        Raises:
            Unwritable: nobody's letter can be put together.
        """
        at = now or clock.now()
        emails = [reader.email for reader in readers]
        known = facts.of_readers(db, emails, at, self.office.settings)
        self.variants.refresh(db)
        variants = self.variants.of(db, known.values())
        envelope = Envelope(self.frozen, self.office.settings, at)
        for reader in readers:
            variant = variants[self.variants.that_matter(known[reader.email])]
            yield self._letter(reader, variant, envelope)

    def rendered(self, variant: Variant) -> Rendered:
        """Render a variant, once as long as it stays in memory."""
        found = self._rendered.get(variant.key)
        if found is None:
            context = shown.context(self.frozen, variant, self.office)
            found = self._rendered[variant.key] = render(self.office.jinja, context)
        self._rendered.move_to_end(variant.key)
        while len(self._rendered) > MOST_RENDERED:
            self._rendered.popitem(last=False)
        return found

    def links(self, email: str) -> dict[str, str]:
        """Write the links that are one reader's own; none of them signs anybody in."""
        office = self.office
        return {
            "leave_url": office.leave_url(email, self.frozen.list_slug),
            "preferences_url": office.preferences_url(email),
        }

    def _letter(self, reader: Reader, variant: Variant, envelope: Envelope) -> Letter:
        body, links = self.rendered(variant), self.links(reader.email)
        name = f"{variant.key} {variant.name}"
        try:
            wire = envelope.wire(reader.id, reader.email, body, links, reader.message_id)
        except Unwritable as problem:
            envelope.wire(0, PLAIN, body, self.links(PLAIN))
            return Letter(reader.id, name, b"", str(problem))
        return Letter(reader.id, name, wire)
