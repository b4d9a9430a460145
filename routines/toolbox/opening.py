"""What buying some parts opens for somebody, counted honestly; pure."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

from routines.toolbox.coverage import Lacks, filled, is_closed

Users = Mapping[int, Mapping[str, str]]  # routine to the parts it uses, each with its role


@dataclass(frozen=True)
class Opening:
    """Routines by what the parts do for them."""

    using: frozenset[int] = frozenset()  # use them in any role
    opened: frozenset[int] = frozenset()  # could not be done before, and can then
    enough: frozenset[int] = frozenset()  # require them, and can be done then
    already: frozenset[int] = frozenset()  # require them, and could be done before
    from_home: frozenset[int] = (
        frozenset()
    )  # of `enough`, those that then take a stand-in as well
    together: frozenset[int] = frozenset()  # require them, and still miss something
    others: tuple[
        tuple[str, int], ...
    ] = ()  # what those miss, and how many each; commonest first
    is_owned: bool = False

    @property
    def requiring(self) -> frozenset[int]:
        """Name the routines that cannot do without them."""
        return self.enough | self.together


class Closed:
    """The routines that cannot be done, found by the first part that each of them misses."""

    def __init__(self, lacks: Lacks) -> None:
        """Index them once, for as many products as are weighed."""
        self.lacks = lacks
        self._by_part: dict[str, list[int]] = {}
        for entry, mine in lacks.items():
            first = next((one for one in mine if one.instead is None), None)
            for part in {first.component, *first.others} if first else ():
                self._by_part.setdefault(part, []).append(entry)

    def opened_by(self, components: Set[str]) -> frozenset[int]:
        """Find those that these parts open."""
        candidates = {entry for part in components for entry in self._by_part.get(part, ())}
        return frozenset(entry for entry in candidates if filled(self.lacks[entry], components))


def weigh(components: Set[str], users: Users, closed: Closed, owned: Set[str]) -> Opening:
    """Weigh what these parts would do for somebody who owns others."""
    requiring = [
        entry
        for entry, roles in users.items()
        if any(roles.get(part) == "required" for part in components)
    ]
    using = frozenset(entry for entry, roles in users.items() if roles.keys() & components)
    lacks = {entry: closed.lacks.get(entry, []) for entry in requiring}
    enough = frozenset(entry for entry in requiring if filled(lacks[entry], components))
    from_home = frozenset(
        entry for entry in enough
        if any(one.instead is not None and not {one.component, *one.others} & components for one in lacks[entry])
    )  # fmt: skip
    together = frozenset(requiring) - enough
    still = Counter(
        one.component for entry in together for one in lacks[entry]
        if one.instead is None and not {one.component, *one.others} & components
    )  # fmt: skip
    return Opening(
        using, closed.opened_by(components), enough,
        frozenset(entry for entry in requiring if not is_closed(lacks[entry])), from_home, together,
        tuple(sorted(still.items(), key=lambda one: (-one[1], one[0]))),
        bool(components) and components <= owned,
    )  # fmt: skip
