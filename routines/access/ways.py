"""The ways in with their addresses and prices, put beside the gate's answer, which knows no shop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy.orm import Session

from routines.access.decide import Decision, Resource, Way
from routines.toolbox.basket import on_sale
from storefront.public import ProductListing, listings_for_components, plans, web

Shelf = Sequence[ProductListing] | None  # None = not looked up yet
MEMBERSHIP = "storefront_membership.page"  # where one joins, in a shop that has memberships


@dataclass(frozen=True)
class Priced:
    """A way and what it costs, to be put in order."""

    way: Way
    minor: int = 0


def priced(
    db: Session, decision: Decision, resource: Resource, gate_url: str, shelf: Shelf = None
) -> Decision:
    """Add to a closed gate where each way begins and what it costs, the cheapest first.

    What is free begins at `gate_url`, where its form stands. A way that cannot be gone today is
    left out: no such tool in stock, no membership on offer. A page that has looked up what brings
    the tools hands it on as `shelf`.
    """
    found = [
        one
        for way in decision.ways_to_open
        for one in _priced(db, way, resource, gate_url, shelf)
    ]
    ways = tuple(one.way for one in sorted(found, key=lambda one: one.minor))
    return replace(decision, ways_to_open=ways)


def _priced(
    db: Session, way: Way, resource: Resource, gate_url: str, shelf: Shelf
) -> list[Priced]:
    if way.clause == "owns":
        return _tools(db, way, resource, shelf)
    if way.clause == "member":
        return _memberships(db, way)
    return [Priced(replace(way, url=gate_url))]


def _tools(db: Session, way: Way, resource: Resource, shelf: Shelf) -> list[Priced]:
    if shelf is None:
        shelf = listings_for_components(db, resource.components)
    offers = on_sale(resource.components, shelf)
    if not offers:
        return []
    best = min(offers, key=lambda one: one.variant.price_minor)
    label = f"Buy the {best.name[:1].lower()}{best.name[1:]}"
    made = replace(way, label=label, url=best.product.url, price=best.variant.price_text)
    return [Priced(made, best.variant.price_minor)]


def _memberships(db: Session, way: Way) -> list[Priced]:
    offered = plans(db) if MEMBERSHIP in current_app.view_functions else []
    if not offered:
        return []
    plan = min(offered, key=lambda one: one.amount_minor)
    price = web.money_text(plan.amount_minor, plan.currency)
    each = f"{price} a {plan.rhythm}"
    free = f"{plan.trial_days} days of membership free, then {each}"
    label = free if plan.trial_days else f"Become a member for {each}"
    url = web.path_for(MEMBERSHIP)
    return [Priced(replace(way, label=label, url=url, price=price), plan.amount_minor)]
