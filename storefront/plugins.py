"""The plugins of an app, and a typed caller for each question of `storefront.hooks`."""

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
    DeskPlace,
    Job,
    MenuItem,
    NewsletterBlock,
    NewsletterItem,
    PackedGoods,
    PackingNote,
    PageSection,
    ProductFacet,
    ReaderFacts,
    SearchDocument,
)  # fmt: skip
from storefront.hooks import NAME, Spec

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from storefront.catalog.listing import ProductListing
    from storefront.customers.visitor import Visitor
    from storefront.held import Holding


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
