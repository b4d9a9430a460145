"""What a leak check found."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Leak:
    """A word that somebody got who must not have it."""

    where: str  # it was planted
    who: str
    address: str
    how: str  # the method and what was asked


@dataclass
class Report:
    """Everything that was asked, and what came of it."""

    planted: int = 0
    asked: Counter[str] = field(default_factory=Counter)  # requests by surface
    yielded: Counter[str] = field(default_factory=Counter)  # answers that showed something
    leaks: list[Leak] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # addresses that answered with a 5xx
    unseen: list[str] = field(default_factory=list)  # what not even the reader it is for found
    empty: list[str] = field(default_factory=list)  # surfaces of which nothing was seen
    kept: int = 0  # answers that the shared cache gave by itself
    left_out: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Tell whether nothing leaked, nothing broke, and the check could have seen it."""
        return not (self.leaks or self.broken or self.unseen or self.empty)

    def count(self, kind: str, more: Iterable[str], *, is_empty: bool) -> None:
        """Count an answer on its surface, and on whatever else it is one of."""
        self.asked[kind] += 1
        self.yielded[kind] += not is_empty
        self.yielded.update(more)

    def take(self, other: "Report") -> None:
        """Add what another report counted and found broken."""
        self.asked.update(other.asked)
        self.yielded.update(other.yielded)
        self.broken += other.broken

    def lines(self) -> Iterator[str]:
        """Write the report for a person."""
        yield f"{self.planted} canaries planted, {self.asked.total()} requests:"
        for surface in sorted({*self.asked, *self.yielded}, key=str.casefold):
            asked = (
                self.asked[surface] or ""
            )  # JSON-LD, HEAD and ranges are part of other surfaces
            yield f"  {surface:14} {asked:6} {self.yielded[surface]:6} with content"
        if self.kept:
            yield f"  {self.kept} of them were answered by the shared cache alone"
        yield from (f"left out: {each}" for each in self.left_out)
        yield from (
            f"LEAK {each.where}: {each.who} {each.how} {each.address}" for each in self.leaks
        )
        yield from (f"BROKEN {each}" for each in self.broken)
        yield from (
            f"UNSEEN {each}: not even the reader it is for found it" for each in self.unseen
        )
        yield from (f"EMPTY {each}: nothing was seen of it" for each in self.empty)
        yield f"{len(self.leaks)} leaks, {len(self.broken)} broken answers."
