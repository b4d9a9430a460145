"""Describe an endpoint, and the common ways to read one object or list many."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.sql.elements import ColumnElement

from storefront.till import paging
from storefront.till.ledger import Json
from storefront.till.paging import Page
from storefront.till.tables import objects
from storefront.till.turn import Turn

Work = Callable[..., Json]


@dataclass(frozen=True)
class Endpoint:
    """Tie a method and a path to the work behind them."""

    method: str
    path: str
    params: str  # a class in stripe.params
    work: Work


def reads(kind: str, url: str, name: str, *filters: str) -> tuple[Endpoint, Endpoint]:
    """Read one object of a kind and list them, filtered by the named fields."""
    return (
        Endpoint("GET", url, f"{name}ListParams", listed(kind, url, *filters)),
        Endpoint("GET", f"{url}/<object_id>", f"{name}RetrieveParams", read(kind)),
    )


def read(kind: str) -> Work:
    """Answer one object by its id."""
    return lambda turn, _params, object_id: turn.ledger.get(object_id, kind)


def listed(kind: str, url: str, *equal: str) -> Work:
    """Answer a list of one kind, filtered by the named fields."""

    def work(turn: Turn, params: Json) -> Json:
        where = [same(name, params[name]) for name in equal if name in params]
        return paging.listing(turn.ledger, Page(kind, url, params, where))

    return work


def same(name: str, value: str | bool | Json) -> ColumnElement[bool]:
    """Compare one field, or one field inside it, with a value."""
    if isinstance(value, dict):
        inner, wanted = next(iter(value.items()))
        field: ColumnElement[bool] = objects.c.body[(name, inner)].as_string() == wanted
        return field
    kept = objects.c.body[name]
    match: ColumnElement[bool] = (
        kept.as_boolean() == value if isinstance(value, bool) else kept.as_string() == value
    )
    return match
