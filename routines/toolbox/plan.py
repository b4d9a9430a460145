"""The smallest purchase that makes some chosen routines possible, explained line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from routines.library.service import Card
from routines.toolbox.basket import Basket, Offer, cheapest, on_sale
from routines.toolbox.coverage import Lacks
from routines.toolbox.lacks import lacks
from routines.toolbox.owned import Kit
from storefront.public import ProductListing, listings_for_components


@dataclass(frozen=True)
class PlanLine:
    """One thing to buy, and why."""

    offer: Offer
    brings: tuple[str, ...]  # those of its parts that are missing
    needed_by: tuple[Card, ...]
    alone_minor: (
        int | None
    )  # what these parts would come to one by one; None where one is not sold alone


@dataclass(frozen=True)
class Gone:
    """A part that nothing in stock brings."""

    component: str
    needed_by: tuple[Card, ...]
    notice_url: str  # where to ask for a letter when it is back; empty when it is not sold here


@dataclass(frozen=True)
class Plan:
    """What to buy for some routines."""

    cards: tuple[Card, ...]
    lines: tuple[PlanLine, ...]
    owned: tuple[str, ...]  # required, and at hand
    in_cart: tuple[str, ...]
    standing_in: tuple[str, ...]  # required, and left out since something else at hand does it
    gone: tuple[Gone, ...]
    basket: Basket

    @property
    def main_routine(self) -> str:
        """Name the routine that most of the purchase is for."""
        counts = [
            card.slug for line in self.lines for card in line.needed_by for _ in line.brings
        ]
        return max(dict.fromkeys(counts), key=counts.count, default="")

    @property
    def done(self) -> tuple[Card, ...]:
        """Give the routines that can be done with it."""
        closed = {card.id for gone in self.gone for card in gone.needed_by}
        return tuple(card for card in self.cards if card.id not in closed)


def plan(db: Session, cards: Sequence[Card], kit: Kit, *, stand_ins: bool = False) -> Plan:
    """Find the least money, and of equal sums the fewest things, that these routines take.

    With `stand_ins` a part is not bought while something at hand does its job.
    """
    lacking = lacks(db, kit.owned, [card.id for card in cards])
    users, standing_in = _users(cards, lacking, stand_ins=stand_ins)
    wanted = frozenset(users) - kit.in_cart
    listings = listings_for_components(db, wanted)
    basket = cheapest(wanted, listings)
    required = {tool["component"] for card in cards for tool in card.facts["tools"] if tool["role"] == "required"}  # fmt: skip
    return Plan(
        tuple(cards), tuple(_line(offer, wanted, users, listings) for offer in basket.offers),
        tuple(sorted(required & kit.owned)), tuple(sorted(frozenset(users) & kit.in_cart)), standing_in,
        tuple(Gone(part, users[part], _notice_url(part, listings)) for part in sorted(basket.unavailable)), basket,
    )  # fmt: skip


def _users(
    cards: Sequence[Card], lacking: Lacks, *, stand_ins: bool
) -> tuple[dict[str, tuple[Card, ...]], tuple[str, ...]]:
    """Name the parts to get, each with the routines that need it, and those left to a stand-in."""
    users: dict[str, tuple[Card, ...]] = {}
    spared: dict[str, None] = {}
    for card in cards:
        for one in lacking.get(card.id, ()):
            if stand_ins and one.instead:
                spared[one.component] = None
            else:
                users[one.component] = (*users.get(one.component, ()), card)
    return users, tuple(sorted(spared.keys() - users.keys()))


def _line(
    offer: Offer,
    wanted: frozenset[str],
    users: Mapping[str, tuple[Card, ...]],
    listings: Sequence[ProductListing],
) -> PlanLine:
    brings = tuple(sorted(offer.variant.components & wanted))
    needed_by = {card.id: card for part in brings for card in users[part]}
    alone = [_alone(part, listings) for part in brings]
    known = [price for price in alone if price is not None]
    return PlanLine(
        offer, brings, tuple(needed_by.values()), sum(known) if len(known) == len(alone) else None
    )  # fmt: skip


def _alone(part: str, listings: Sequence[ProductListing]) -> int | None:
    """Give the lowest price of a part that is sold by itself."""
    prices = [
        one.variant.price_minor for one in on_sale({part}, listings) if one.variant.components == {part}
    ]  # fmt: skip
    return min(prices, default=None)


def _notice_url(part: str, listings: Sequence[ProductListing]) -> str:
    found = [
        (len(variant.components), variant.url) for product in listings for variant in product.variants
        if part in variant.components and not variant.blocked
    ]  # fmt: skip
    return f"{min(found)[1]}#tell-me" if found else ""
