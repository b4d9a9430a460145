"""Every question that the shop asks its plugins, declared once and asked by one typed caller."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
from sqlalchemy import Select
from sqlalchemy.orm import Session

from storefront.answers import (
    DeskLink,
    DeskPlace,
    FirstSession,
    Job,
    MenuItem,
    NewsletterBlock,
    NewsletterItem,
    NewsletterLink,
    PackedGoods,
    PackingNote,
    PageSection,
    ProductFacet,
    ReaderFacts,
    SearchDocument,
)  # fmt: skip

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from storefront.catalog.listing import ProductListing
    from storefront.customers.visitor import Visitor
    from storefront.held import Holding

__all__ = [
    "DeskLink", "DeskPlace", "FirstSession", "Hooks", "Job", "MenuItem", "NewsletterBlock",
    "NewsletterItem", "NewsletterLink", "PackedGoods", "PackingNote", "PageSection", "ProductFacet",
    "ReaderFacts", "SearchDocument", "Spec", "found_plugins", "hookimpl",
]  # fmt: skip

NAME = "storefront"
hookspec = pluggy.HookspecMarker(NAME)
hookimpl = pluggy.HookimplMarker(NAME)


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
    def account_sections(self, db: Session, visitor: "Visitor") -> list[PageSection]:
        """Give parts of the first page of an account; its owner has proven the address."""

    @hookspec
    def privacy_holdings(self) -> "list[Holding]":
        """Say what tables of the plugin keep about an address, and what erasing does to them."""

    @hookspec
    def packing_notes(self, db: Session, lines: Sequence[PackedGoods]) -> list[PackingNote]:
        """Say under which heading packed goods belong, and where to begin with each."""

    @hookspec
    def search_documents(self, db: Session) -> list[SearchDocument]:
        """Give what search should find."""

    @hookspec
    def plant_canaries(self, db: Session, word: Callable[..., str]) -> list[str]:
        """Plant a word in everything gated or private, in a shop made for the leak check."""

    @hookspec
    def sitemap_entries(self, db: Session) -> list[str]:
        """Give public paths for the sitemap, below the shop's prefix."""

    @hookspec
    def newsletter_items(self, db: Session, since: datetime | None) -> list[NewsletterItem]:
        """Give what an issue may carry: published since a moment, or all that is published."""

    @hookspec
    def newsletter_blocks(
        self, db: Session, references: Sequence[str], facts: Sequence[ReaderFacts]
    ) -> dict[ReaderFacts, list[NewsletterBlock]]:
        """Show things to readers of each kind, in the revision that is named; unknown ones are left out."""

    @hookspec
    def newsletter_secrets(
        self, db: Session, references: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Give words and names that no letter and no archive may hold, for the check before sending."""

    @hookspec(firstresult=True)
    def reader_clause(self, kind: str, value: str) -> Select[str] | None:
        """Give the addresses of readers of a kind, as a statement for segments; None for another's kind."""

    @hookspec
    def newsletter_topics(self, db: Session) -> list[tuple[str, str]]:
        """Give topics that readers may say to care about: value and label, in order."""

    @hookspec
    def reader_choices(self, db: Session) -> dict[str, list[tuple[str, str]]]:
        """Give the values that a kind of segment can have: value and label."""


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

    def account_sections(self, db: Session, visitor: "Visitor") -> list[PageSection]:
        """Collect parts of the first page of an account, in order."""
        return self._sections("account_sections", db=db, visitor=visitor)

    def privacy_holdings(self) -> "list[Holding]":
        """Collect what the plugins keep about an address."""
        return list(self._all("privacy_holdings"))

    def packing_notes(self, db: Session, lines: Sequence[PackedGoods]) -> list[PackingNote]:
        """Collect what is said about packed goods."""
        return list(self._all("packing_notes", db=db, lines=lines))

    def search_documents(self, db: Session) -> list[SearchDocument]:
        """Collect what search should find."""
        return list(self._all("search_documents", db=db))

    def plant_canaries(self, db: Session, word: Callable[..., str]) -> list[str]:
        """Let the plugins plant; gives the names by which somebody could guess at it."""
        return list(self._all("plant_canaries", db=db, word=word))

    def sitemap_entries(self, db: Session) -> list[str]:
        """Collect the plugins' public paths."""
        return list(self._all("sitemap_entries", db=db))

    def newsletter_items(self, db: Session, since: datetime | None) -> list[NewsletterItem]:
        """Collect what an issue may carry."""
        return list(self._all("newsletter_items", db=db, since=since))

    def newsletter_blocks(
        self, db: Session, references: Sequence[str], facts: Sequence[ReaderFacts]
    ) -> dict[ReaderFacts, dict[str, NewsletterBlock]]:
        """Collect what readers of each kind are shown, by reference."""
        found: dict[ReaderFacts, dict[str, NewsletterBlock]] = {one: {} for one in facts}
        asked = self._manager.hook.newsletter_blocks
        for answer in asked(db=db, references=references, facts=facts):
            for reader, blocks in answer.items():
                found[reader] |= {block.reference: block for block in blocks}
        return found

    def newsletter_secrets(
        self, db: Session, references: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Collect what must not leak."""
        found: dict[str, tuple[str, ...]] = {}
        for answer in self._manager.hook.newsletter_secrets(db=db, references=references):
            found |= answer
        return found

    def reader_clause(self, kind: str, value: str) -> Select[str] | None:
        """Ask which addresses a kind of segment means."""
        found: Select[str] | None = self._manager.hook.reader_clause(kind=kind, value=value)
        return found

    def newsletter_topics(self, db: Session) -> list[tuple[str, str]]:
        """Collect the topics of newsletters."""
        return list(self._all("newsletter_topics", db=db))

    def reader_choices(self, db: Session) -> dict[str, list[tuple[str, str]]]:
        """Collect the values that segments can have, by kind."""
        found: dict[str, list[tuple[str, str]]] = {}
        for answer in self._manager.hook.reader_choices(db=db):
            found |= answer
        return found

    def _all(self, name: str, **arguments: Any) -> Iterator[Any]:
        for answer in getattr(self._manager.hook, name)(**arguments):
            yield from answer

    def _sections(self, name: str, **arguments: Any) -> list[PageSection]:
        return sorted(self._all(name, **arguments), key=lambda section: section.order)


@cache
def found_plugins() -> tuple[object, ...]:
    """Load the plugins that installed packages declare; they are looked for once."""
    return tuple(entry.load() for entry in entry_points(group="storefront.plugins"))
