"""What the shop itself plants: goods that are not out yet, orders, readers, issues, notes."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, tokens
from storefront.catalog.models import Product, Variant
from storefront.issues.models import Issue, IssueSlot
from storefront.leakcheck.canaries import Canaries
from storefront.newsletter.models import NewsletterList
from storefront.orders.models import Order
from storefront.staff import members

SOON = timedelta(days=9)
Step = Callable[[Session, Canaries], None]


def plant(db: Session, canaries: Canaries) -> None:
    """Plant in every table of the shop that somebody could be shown by mistake."""
    for step in (_goods, _order, _issues, _people):
        step(db, canaries)
    db.flush()


def _goods(db: Session, canaries: Canaries) -> None:
    """Plant a product that is hidden and one that comes out later."""
    later = clock.now() + SOON
    for state, published_at in (("hidden", None), ("scheduled", later)):
        slug = f"{state}-goods"
        sku = canaries.word(f"SKU of a {state} product").upper()
        product = Product(
            slug=slug, name=canaries.word(f"name of a {state} product"), published_at=published_at,
            summary=canaries.word(f"summary of a {state} product"), pictures=[],
        )  # fmt: skip
        product.variants.append(
            Variant(sku=sku, name="One", price_minor=1000, weight_grams=1, options={})
        )
        db.add(product)
        canaries.names += [slug, sku]


def _order(db: Session, canaries: Canaries) -> None:
    """Plant an order with everything that is personal in it."""
    number = "LEAK-0001"
    order = Order(
        number=number, key=tokens.key(), state="paid", currency="EUR",
        email=f"{canaries.word('address of a buyer')}@example.org",
        name=canaries.word("name of a buyer"), shipping_method="standard",
        address={"line1": canaries.word("street of a buyer"), "city": "Berlin",
                 "postal_code": "10115", "country": "DE"},
        gift_note=canaries.word("gift note of a buyer"), terms_version="1",
        attention=canaries.word("remark on an order"), subtotal_minor=0, shipping_minor=0, tax_minor=0,
        total_minor=0,
        placed_at=clock.now(), paid_at=clock.now(),
    )  # fmt: skip
    db.add(order)
    canaries.names.append(number)


def _issues(db: Session, canaries: Canaries) -> None:
    """Plant an issue that is still written, one that waits, and one that is kept out of the archive."""
    list_slug = db.scalars(
        select(NewsletterList.slug).order_by(NewsletterList.position)
    ).first()
    for number, (state, is_archived) in enumerate(
        (("draft", True), ("scheduled", True), ("done", False))
    ):
        kind = state if is_archived else "unlisted"
        issue = Issue(
            list_slug=list_slug, period=f"leak-{number}", slug=f"{kind}-issue", state=state,
            subject=canaries.word(f"subject of a {kind} issue"),
            intro=canaries.word(f"words of a {kind} issue"), is_archived=is_archived,
            send_at=clock.now() + SOON, created_at=clock.now(),
        )  # fmt: skip
        text = canaries.word(f"block of a {kind} issue")
        issue.slots.append(IssueSlot(position=0, kind="text", heading="News", text=text))
        db.add(issue)
        canaries.names.append(issue.slug)


def _people(db: Session, canaries: Canaries) -> None:
    """Plant somebody who works here."""
    email = f"{canaries.word('address of an author')}@example.org"
    members.invite(db, email, "author", clock.now(), by="leak check")
