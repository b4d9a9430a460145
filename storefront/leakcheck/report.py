"""What a leak check found."""

from collections import Counter
from collections.abc import Iterator
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
    leaks: list[Leak] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # addresses that answered with a 5xx
    unseen: list[str] = field(default_factory=list)  # what not even the reader it is for found
    kept: int = 0  # answers that the shared cache gave by itself
    left_out: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Tell whether nothing leaked, nothing broke, and the check could have seen it."""
        return not (self.leaks or self.broken or self.unseen)

    def lines(self) -> Iterator[str]:
        """Write the report for a person."""
        yield f"{self.planted} canaries planted, {self.asked.total()} requests:"
        for surface, count in sorted(self.asked.items()):
            yield f"  {surface:14} {count:6}"
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
        yield f"{len(self.leaks)} leaks, {len(self.broken)} broken answers."
