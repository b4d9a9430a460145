"""What promotions take off: pure rules on lines and delivery; whole minor units.

One rule of stacking: what applies by itself comes first, then one code. Each takes its part of what
the earlier ones left, so nothing falls below zero. What does not combine stands alone. Of all
that is allowed the buyer gets what comes to less.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from storefront.money import percent, shares

ORDER = ("kit_price", "buy_get", "percent", "fixed", "free_delivery")


@dataclass(frozen=True)
class Line:
    """Some pieces of one product."""

    product: str
    quantity: int
    unit_minor: int
    collections: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cart:
    """What rules look at."""

    lines: tuple[Line, ...]
    delivery_minor: int = 0
    is_cheapest_way: bool = True
    has_ordered: bool = False

    @property
    def subtotal_minor(self) -> int:
        """Give what the goods come to before discounts."""
        return sum(line.unit_minor * line.quantity for line in self.lines)


@dataclass(frozen=True)
class Rule:
    """A promotion as it can be computed."""

    id: int
    kind: str
    name: str = ""
    code: str = ""  # empty = it applies by itself
    code_id: int | None = None
    basis_points: int = 0
    amount_minor: int = 0
    buy: int = 0
    get: int = 0
    kit: tuple[tuple[str, int], ...] = ()  # product and pieces
    products: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    min_spend_minor: int = 0
    first_order_only: bool = False
    combines: bool = True
    left_minor: int | None = None  # of its budget

    def fits(self, line: Line) -> bool:
        """Tell whether it is about a line; without products and collections it is about all."""
        if self.kind == "kit_price":
            return line.product in dict(self.kit)
        everything = not self.products and not self.collections
        return everything or line.product in self.products or bool(
            line.collections & self.collections
        )  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """What one rule takes off each line and off delivery."""

    rule: Rule
    lines: tuple[int, ...]
    delivery_minor: int = 0

    @property
    def minor(self) -> int:
        """Give all that it takes off."""
        return sum(self.lines) + self.delivery_minor


@dataclass(frozen=True)
class Obstacle:
    """Why a rule does not count; `minor` is how much is missing, where that says something."""

    reason: str
    minor: int = 0


@dataclass(frozen=True)
class Outcome:
    """Which rules count, in their order, and why each code that was typed does not."""

    taken: tuple[Taken, ...] = ()
    refused: dict[str, Obstacle] = field(default_factory=dict)  # by code


def best(rules: Sequence[Rule], cart: Cart) -> Outcome:
    """Choose what counts: all that applies by itself and one code, or one rule that stands alone."""
    obstacles = {rule: obstacle(rule, cart) for rule in rules}
    fit = [rule for rule in rules if obstacles[rule] is None]
    together = [rule for rule in fit if not rule.code and rule.combines]
    codes = [rule for rule in fit if rule.code and rule.combines]
    alone = [[rule] for rule in fit if not rule.combines]
    choices = [
        combine(each, cart) for each in ([*together], *([*together, c] for c in codes), *alone)
    ]
    chosen = max(choices, key=lambda taken: sum(each.minor for each in taken))
    counted = {each.rule for each in chosen}
    better = Obstacle("better")
    return Outcome(
        tuple(chosen),
        {
            rule.code: obstacles[rule] or _alone(rule, cart) or better
            for rule in rules
            if rule.code and rule not in counted
        },
    )


def combine(rules: Sequence[Rule], cart: Cart) -> list[Taken]:
    """Apply rules one after the other, each to what the earlier ones left; codes come last."""
    left = [line.unit_minor * line.quantity for line in cart.lines]
    delivery, applied = cart.delivery_minor, []
    for rule in sorted(
        rules, key=lambda each: (bool(each.code), ORDER.index(each.kind), each.id)
    ):
        taken = take(rule, cart, left, delivery)
        if taken.minor:
            applied.append(taken)
            left = [have - off for have, off in zip(left, taken.lines, strict=True)]
            delivery -= taken.delivery_minor
    return applied


def obstacle(rule: Rule, cart: Cart) -> Obstacle | None:
    """Tell why a rule does not count for a cart, whatever else counts."""
    missing = rule.min_spend_minor - cart.subtotal_minor
    if rule.first_order_only and cart.has_ordered:
        return Obstacle("not_first")
    if not any(rule.fits(line) for line in cart.lines):
        return Obstacle("nothing_fits")
    if missing > 0:
        return Obstacle("min_spend", missing)
    if rule.kind == "free_delivery" and not cart.is_cheapest_way:
        return Obstacle("other_way")
    return None


def _alone(rule: Rule, cart: Cart) -> Obstacle | None:
    """Tell why a rule takes nothing off even when it is the only one."""
    if combine([rule], cart):
        return None
    if combine([replace(rule, left_minor=None)], cart):
        return Obstacle("budget")
    if rule.kind == "free_delivery":
        return Obstacle("free_already")
    return Obstacle("too_few" if rule.kind in ("buy_get", "kit_price") else "nothing_fits")


def take(rule: Rule, cart: Cart, left: Sequence[int], delivery_minor: int) -> Taken:
    """Compute what a rule takes off; all of it fits its budget, or it takes nothing."""
    nothing = Taken(rule, (0,) * len(cart.lines))
    if rule.kind == "free_delivery":
        taken = replace(nothing, delivery_minor=delivery_minor)
    else:
        mine = [
            have if rule.fits(line) else 0 for have, line in zip(left, cart.lines, strict=True)
        ]
        taken = replace(nothing, lines=tuple(GOODS[rule.kind](rule, cart, mine)))
    is_in_budget = rule.left_minor is None or taken.minor <= rule.left_minor
    return taken if is_in_budget else nothing


def _percent(rule: Rule, cart: Cart, left: Sequence[int]) -> list[int]:
    del cart
    return _spread(percent(sum(left), rule.basis_points), left)


def _fixed(rule: Rule, cart: Cart, left: Sequence[int]) -> list[int]:
    del cart
    return _spread(rule.amount_minor, left)


def _buy_get(rule: Rule, cart: Cart, left: Sequence[int]) -> list[int]:
    """Of each so many pieces the cheapest are cheaper: the dear ones are what was bought."""
    pieces = sorted(_pieces(cart, left))
    free = len(pieces) // (rule.buy + rule.get) * rule.get
    values = _by_line(pieces[:free], left)
    return _spread(
        percent(sum(values), rule.basis_points),
        [min(pair) for pair in zip(values, left, strict=True)],
    )


def _kit_price(rule: Rule, cart: Cart, left: Sequence[int]) -> list[int]:
    """Each whole set of pieces costs the kit's price; the dearest variants go into the sets."""
    have = {
        product: sorted(
            _pieces(
                cart,
                [
                    n if line.product == product else 0
                    for n, line in zip(left, cart.lines, strict=True)
                ],
            ),
            reverse=True,
        )
        for product, _ in rule.kit
    }
    sets = min(len(have[product]) // pieces for product, pieces in rule.kit)
    inside = chain.from_iterable(have[product][: sets * pieces] for product, pieces in rule.kit)
    values = _by_line(list(inside), left)
    return _spread(
        sum(values) - sets * rule.amount_minor,
        [min(pair) for pair in zip(values, left, strict=True)],
    )


def _pieces(cart: Cart, left: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give price and line of each piece of the lines that have something left."""
    for place, (line, minor) in enumerate(zip(cart.lines, left, strict=True)):
        if minor:
            yield from [(line.unit_minor, place)] * line.quantity


def _by_line(pieces: Sequence[tuple[int, int]], left: Sequence[int]) -> list[int]:
    values = [0] * len(left)
    for minor, place in pieces:
        values[place] += minor
    return values


def _spread(minor: int, left: Sequence[int]) -> list[int]:
    """Split over lines by what is left of each, never more than that."""
    most = sum(left)
    return shares(min(minor, most), left) if most and minor > 0 else [0] * len(left)


GOODS = {"percent": _percent, "fixed": _fixed, "buy_get": _buy_get, "kit_price": _kit_price}
