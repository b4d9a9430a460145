"""Many readers, few letters: what of a reader matters for an issue, and the letter that follows from it."""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy.orm import Session

from storefront.answers import NewsletterBlock, ReaderFacts
from storefront.database import content_version
from storefront.issues.frozen import NOBODY, Frozen, FrozenSlot
from storefront.issues.office import Office

MOST_KEPT = 256  # what decides how many variants stay in memory
LONGEST_NAME = 100


@dataclass(frozen=True)
class ShownSlot:
    """A slot as readers of one kind are shown it."""

    slot: FrozenSlot
    block: NewsletterBlock | None  # none: words of its own only, or content that is gone


@dataclass(frozen=True)
class Variant:
    """One letter that many readers share."""

    key: str
    name: str  # in words, such as "ready, missing locked"
    slots: tuple[ShownSlot, ...]


class Variants:
    """The variants of one issue, worked out once for each set of facts that matters."""

    def __init__(self, db: Session, frozen: Frozen, office: Office) -> None:
        self._frozen, self._office = frozen, office
        self._version = ""  # of what pages and gates say: unknown until it is first asked for
        self._ask(db)

    def refresh(self, db: Session) -> None:
        """Ask anew when something was published, withdrawn or gated since: the frozen words stay, the gate is today's."""
        version = content_version(db)
        if version != self._version:
            self._ask(db)
            self._version = version

    def _ask(self, db: Session) -> None:
        blocks = self._blocks(db, [NOBODY])[NOBODY]
        parts: Iterable[frozenset[str]] = (block.components for block in blocks.values())
        self.components = frozenset[str]().union(*parts)
        self._known = OrderedDict({NOBODY: self._variant(blocks)})

    def that_matter(self, facts: ReaderFacts) -> ReaderFacts:
        """Leave out what changes nothing in this issue."""
        return replace(facts, owned=facts.owned & self.components)

    def of(self, db: Session, facts: Iterable[ReaderFacts]) -> Mapping[ReaderFacts, Variant]:
        """Give the variants of these facts; new ones are asked for together."""
        wanted = {self.that_matter(one) for one in facts}
        new = [one for one in wanted if one not in self._known]
        shown = self._blocks(db, new) if new else {}
        found = {one: self._known[one] for one in wanted if one in self._known}
        found |= {one: self._variant(blocks) for one, blocks in shown.items()}
        for one, variant in found.items():
            self._known[one] = variant
            self._known.move_to_end(one)
        while len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)
        return found

    def _blocks(
        self, db: Session, facts: Sequence[ReaderFacts]
    ) -> dict[ReaderFacts, dict[str, NewsletterBlock]]:
        wanted = self._frozen.references
        shown = self._office.hooks.newsletter_blocks(db, wanted, facts)
        kept = self._frozen.unversioned
        return {
            reader: {name: replace(one, **kept.get(name, {})) for name, one in blocks.items()}
            for reader, blocks in shown.items()
        }

    def _variant(self, blocks: Mapping[str, NewsletterBlock]) -> Variant:
        slots = tuple(
            ShownSlot(slot, blocks.get(slot.reference)) for slot in self._frozen.slots
        )
        states = [one.block.state for one in slots if one.block]
        name = ", ".join(dict.fromkeys(states)) or "the same for all"
        return Variant(_digest(slots), name[:LONGEST_NAME], slots)


def _digest(slots: Sequence[ShownSlot]) -> str:
    """Name what is shown by its content."""
    shown = [(one.slot.reference, asdict(one.block) if one.block else None) for one in slots]
    for _, block in shown:
        if block:
            block["components"] = sorted(block["components"])
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:12]
