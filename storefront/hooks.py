"""Every question that the shop asks its plugins, declared once and asked by one typed caller."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from storefront.catalog.listing import ProductListing
    from storefront.customers.visitor import Visitor
    from storefront.staff.roles import Rule

NAME = "storefront"
hookspec = pluggy.HookspecMarker(NAME)
hookimpl = pluggy.HookimplMarker(NAME)


Job = Callable[[datetime], dict[str, int]]


@dataclass(frozen=True)
class PageSection:
    """A part of a page: a template, its place among the others and what it is given."""

    key: str
    template: str
    order: int = 50
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MenuItem:
    """A link in the main menu."""

    label: str
    endpoint: str
    order: int = 50


@dataclass(frozen=True)
class DeskLink:
    """A link in the menu of the backoffice, under the heading of its group."""

    label: str
    endpoint: str
    group: str


@dataclass(frozen=True)
class DeskPlace:
    """Pages of a plugin that the staff's sign-in leads to, below one path of their own."""

    path: str  # below the shop's prefix, such as "/studio"
    rules: (
        "Mapping[str, Rule]"  # whole endpoint to who may come; one that is missing is refused
    )
    links: tuple[DeskLink, ...] = ()


@dataclass(frozen=True)
class SearchDocument:
    """One thing that search finds; the text is public, gated text never gets here."""

    kind: str  # "product", "routine", "article", ...
    slug: str
    title: str
    summary: str
    body: str
    url: str  # path below the shop's prefix
    terms: str = ""  # plain words and usual misspellings
    picture: str = ""  # media name


@dataclass(frozen=True)
class PackedGoods:
    """A line of a packing slip, as plugins are asked about it."""

    sku: str
    components: tuple[str, ...]  # slugs
    for_routine: str | None  # why it was bought


@dataclass(frozen=True)
class FirstSession:
    """Where to begin with a tool that has just come: printed as a QR code."""

    title: str
    url: str  # path below the shop's prefix


@dataclass(frozen=True)
class PackingNote:
    """What a plugin says about a line of a packing slip: its group, and where to begin."""

    sku: str
    for_routine: str | None = None
    group: str = ""  # the heading to print it under
    first_sessions: tuple[FirstSession, ...] = ()


@dataclass(frozen=True)
class ProductFacet:
    """A group of the shop's filter that a plugin brings: its options in order, and which products have them."""

    name: str  # in the address
    label: str
    options: tuple[tuple[str, str], ...]  # value and label
    products: Mapping[str, frozenset[str]]  # product slug to its values


class Spec:
    """The questions."""

    @hookspec
    def blueprints(self) -> "list[Blueprint]":
        """Give the blueprints to register below the shop's prefix."""

    @hookspec
    def commands(self) -> "list[click.Command]":
        """Give commands for `storefront` and `flask storefront`."""

    @hookspec
    def jobs(self) -> dict[str, Job]:
        """Give work that the worker does each minute: a name, and what does it at a moment."""

    @hookspec
    def desk_places(self) -> list[DeskPlace]:
        """Give places for the staff: their path, who may come, and links for the menu."""

    @hookspec
    def load_demo(self, db: Session, folder: Path) -> str:
        """Fill the demo content from its folder and say in one line what was loaded."""

    @hookspec
    def menu_items(self) -> list[MenuItem]:
        """Give links for the main menu."""

    @hookspec
    def home_sections(self, db: Session, visitor: "Visitor") -> list[PageSection]:
        """Give parts of the home page."""

    @hookspec
    def product_sections(
        self, db: Session, visitor: "Visitor", product: "ProductListing"
    ) -> list[PageSection]:
        """Give parts of a product page."""

    @hookspec
    def product_facts(
        self, db: Session, components: dict[str, frozenset[str]]
    ) -> dict[str, str]:
        """Give one short fact for product cards: product slug to text, from its components."""

    @hookspec
    def product_facets(
        self, db: Session, components: dict[str, frozenset[str]]
    ) -> list[ProductFacet]:
        """Give groups for the shop's filter; all published products are named with their components."""

    @hookspec
    def cart_notes(
        self, db: Session, visitor: "Visitor", skus: Sequence[str]
    ) -> list[PageSection]:
        """Give parts of the cart page."""

    @hookspec
    def bought_for(self, db: Session, slugs: Sequence[str]) -> dict[str, str]:
        """Name what lines of a cart or an order were put there for: slug of a routine to its title."""

    @hookspec
    def order_notes(self, db: Session, skus: Sequence[str]) -> list[PageSection]:
        """Give parts of the order page once it is paid."""

    @hookspec
    def packing_notes(self, db: Session, lines: Sequence[PackedGoods]) -> list[PackingNote]:
        """Say under which heading packed goods belong, and where to begin with each."""

    @hookspec
    def search_documents(self, db: Session) -> list[SearchDocument]:
        """Give what search should find."""

    @hookspec
    def sitemap_entries(self, db: Session) -> list[str]:
        """Give public paths for the sitemap, below the shop's prefix."""


class Hooks:
    """One plugin manager for one app, with a typed caller for each question."""

    def __init__(self, plugins: Sequence[object] | None = None) -> None:
        self._manager = pluggy.PluginManager(NAME)
        self._manager.add_hookspecs(Spec)
        for plugin in found_plugins() if plugins is None else plugins:
            self._manager.register(plugin)
        self._manager.check_pending()

    def blueprints(self) -> "list[Blueprint]":
        """Collect the plugins' blueprints."""
        return list(self._all("blueprints"))

    def commands(self) -> "list[click.Command]":
        """Collect the plugins' commands."""
        return list(self._all("commands"))

    def jobs(self) -> dict[str, Job]:
        """Collect the plugins' work for the worker."""
        found: dict[str, Job] = {}
        for answer in self._manager.hook.jobs():
            found |= answer
        return found

    def desk_places(self) -> list[DeskPlace]:
        """Collect the places for the staff."""
        return list(self._all("desk_places"))

    def load_demo(self, db: Session, folder: Path) -> list[str]:
        """Let every plugin fill its demo content."""
        return list(self._manager.hook.load_demo(db=db, folder=folder))

    def menu_items(self) -> list[MenuItem]:
        """Collect the menu, in order."""
        return sorted(self._all("menu_items"), key=lambda item: item.order)

    def home_sections(self, db: Session, visitor: "Visitor") -> list[PageSection]:
        """Collect parts of the home page, in order."""
        return self._sections("home_sections", db=db, visitor=visitor)

    def product_sections(
        self, db: Session, visitor: "Visitor", product: "ProductListing"
    ) -> list[PageSection]:
        """Collect parts of a product page, in order."""
        return self._sections("product_sections", db=db, visitor=visitor, product=product)

    def product_facts(
        self, db: Session, components: dict[str, frozenset[str]]
    ) -> dict[str, str]:
        """Collect one fact for each product card."""
        facts: dict[str, str] = {}
        for answer in self._manager.hook.product_facts(db=db, components=components):
            facts |= answer
        return facts

    def product_facets(
        self, db: Session, components: dict[str, frozenset[str]]
    ) -> list[ProductFacet]:
        """Collect groups for the shop's filter."""
        return list(self._all("product_facets", db=db, components=components))

    def cart_notes(
        self, db: Session, visitor: "Visitor", skus: Sequence[str]
    ) -> list[PageSection]:
        """Collect parts of the cart page, in order."""
        return self._sections("cart_notes", db=db, visitor=visitor, skus=skus)

    def bought_for(self, db: Session, slugs: Sequence[str | None]) -> dict[str | None, str]:
        """Collect what lines were put there for; lines that are for nothing cost nothing."""
        found: dict[str | None, str] = {}
        wanted = [slug for slug in dict.fromkeys(slugs) if slug]
        for answer in self._manager.hook.bought_for(db=db, slugs=wanted) if wanted else ():
            found |= {slug: f"For: {title}" for slug, title in answer.items()}
        return found

    def order_notes(self, db: Session, skus: Sequence[str]) -> list[PageSection]:
        """Collect parts of a paid order's page, in order."""
        return self._sections("order_notes", db=db, skus=skus)

    def packing_notes(self, db: Session, lines: Sequence[PackedGoods]) -> list[PackingNote]:
        """Collect what is said about packed goods."""
        return list(self._all("packing_notes", db=db, lines=lines))

    def search_documents(self, db: Session) -> list[SearchDocument]:
        """Collect what search should find."""
        return list(self._all("search_documents", db=db))

    def sitemap_entries(self, db: Session) -> list[str]:
        """Collect the plugins' public paths."""
        return list(self._all("sitemap_entries", db=db))

    def _all(self, name: str, **arguments: Any) -> Iterator[Any]:
        for answer in getattr(self._manager.hook, name)(**arguments):
            yield from answer

    def _sections(self, name: str, **arguments: Any) -> list[PageSection]:
        return sorted(self._all(name, **arguments), key=lambda section: section.order)


def found_plugins() -> list[object]:
    """Load the plugins that installed packages declare."""
    return [entry.load() for entry in entry_points(group="storefront.plugins")]
