"""The cheapest choice of offers that together bring what is wanted: exact, by branch and bound.

The problem is set cover. Three things keep it small in a shop: of offers that bring the same, or less
for more money, only the best stays; what has nothing in common is solved apart; and a branch ends as
soon as even the fairest share of what is left would cost more than the best choice so far.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

Options = dict[
    int, tuple[int, int]
]  # what is brought, as bits, to the weight and place of a bid
MOST_BRANCHES = 20_000  # for one knot of offers; beyond it the best choice so far is given


@dataclass(frozen=True)
class Bid:
    """Something that can be bought: what it brings, and its price in minor units."""

    brings: frozenset[str]
    price_minor: int


@dataclass(frozen=True)
class Choice:
    """Places of the chosen bids; `is_exact` when no other choice can be better."""

    chosen: tuple[int, ...]
    is_exact: bool = True


def choose(wanted: frozenset[str], bids: Sequence[Bid]) -> Choice:
    """Choose the bids that bring all of `wanted` that any bid brings.

    Least money first; of equal sums the fewest bids; of these the one that brings least besides.
    """
    places = {thing: place for place, thing in enumerate(sorted(wanted))}
    most = sum(len(bid.brings) for bid in bids) + 1
    options: Options = {}
    for place, bid in enumerate(bids):
        mask = sum(1 << places[thing] for thing in bid.brings & wanted)
        extra = len(bid.brings) - mask.bit_count()
        weight = (bid.price_minor * (len(bids) + 1) + 1) * most + extra
        if mask and (mask not in options or weight < options[mask][0]):
            options[mask] = (weight, place)
    knots = [_Knot(knot).solved() for knot in _apart(_undominated(options))]
    return Choice(
        tuple(sorted(place for knot in knots for place in knot.best)),
        all(knot.is_exact for knot in knots),
    )


def _undominated(options: Options) -> Options:
    """Drop what another option beats in both what it brings and what it costs."""
    kept: Options = {}
    for mask, (weight, place) in sorted(options.items(), key=lambda one: one[1][0]):
        if all(mask & ~other for other in kept):
            kept[mask] = (weight, place)
    return kept


def _apart(options: Options) -> list[Options]:
    """Part the options into knots that have nothing in common."""
    knots: list[tuple[int, Options]] = []
    for mask, told in options.items():
        touching = [knot for knot in knots if knot[0] & mask]
        joined: Options = {mask: told}
        whole = mask
        for knot in touching:
            knots.remove(knot)
            whole |= knot[0]
            joined |= knot[1]
        knots.append((whole, joined))
    return [options for _, options in knots]


@dataclass
class _Knot:
    """One search."""

    options: Options
    best: tuple[int, ...] = ()
    best_weight: float = float("inf")
    branches: int = 0
    least_spent: dict[int, int] = field(default_factory=dict)  # by what is left
    by_bit: dict[int, list[int]] = field(default_factory=dict)

    def solved(self) -> "_Knot":
        whole = 0
        for mask in sorted(self.options, key=self._share):
            whole |= mask
            for bit in _bits(mask):
                self.by_bit.setdefault(bit, []).append(mask)
        self._search(whole, 0, ())
        return self

    @property
    def is_exact(self) -> bool:
        return self.branches < MOST_BRANCHES

    def _share(self, mask: int) -> float:
        return self.options[mask][0] / mask.bit_count()

    def _search(self, left: int, spent: int, chosen: tuple[int, ...]) -> None:
        if not left:
            if spent < self.best_weight:
                self.best, self.best_weight = chosen, spent
            return
        if self._is_hopeless(left, spent):
            return
        self.branches += 1
        bit = min(_bits(left), key=lambda one: len(self.by_bit[one]))
        for mask in self.by_bit[bit]:
            weight, place = self.options[mask]
            self._search(left & ~mask, spent + weight, (*chosen, place))

    def _is_hopeless(self, left: int, spent: int) -> bool:
        """Tell whether nothing better can come of it: no thing costs less than its fairest share."""
        if self.least_spent.get(left, spent + 1) <= spent:
            return True
        self.least_spent[left] = spent
        if self.best and self.branches >= MOST_BRANCHES:
            return True
        fair = sum(
            min(self.options[mask][0] / (mask & left).bit_count() for mask in self.by_bit[bit])
            for bit in _bits(left)
        )
        return spent + fair * (1 - 1e-12) >= self.best_weight


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
