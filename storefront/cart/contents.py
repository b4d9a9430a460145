"""What a cart comes to now: its lines at today's prices, and what is wrong with them, as data."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront.cart.models import CartLine
from storefront.catalog.models import Variant
from storefront.pricing import shipping, tax
from storefront.pricing.totals import PricedLine, Totals, totals
from storefront.settings import Settings
from storefront.stock import service as stock


@dataclass(frozen=True)
class ContentsLine:
    """One line as it stands; `left` is how many may stay when there are too few, else None."""

    id: int
    variant_id: int
    sku: str
    slug: str
    name: str
    choice: str
    picture: str
    quantity: int
    unit_price_minor: int
    for_routine: str | None
    left: int | None

    @property
    def total_minor(self) -> int:
        """Give what the line comes to."""
        return self.quantity * self.unit_price_minor

    @property
    def problem(self) -> str:
        """Say what is wrong with the line, or nothing."""
        if self.left is None:
            return ""
        if self.left == 0:
            return "Sold out meanwhile. Please remove it."
        return f"Only {self.left} left. Please take fewer."


@dataclass(frozen=True)
class Contents:
    """A cart with its sums for one country and way of delivery; no sums when it is empty."""

    lines: tuple[ContentsLine, ...] = ()
    country: str = shipping.HOME
    sums: Totals | None = None
    shipping_method: shipping.Method | None = None

    @property
    def pieces(self) -> int:
        """Count the pieces."""
        return sum(line.quantity for line in self.lines)

    @property
    def skus(self) -> tuple[str, ...]:
        """Name what is in the cart."""
        return tuple(line.sku for line in self.lines)

    @property
    def problems(self) -> tuple[str, ...]:
        """Say what is wrong, line by line."""
        return tuple(f"{line.name}: {line.problem}" for line in self.lines if line.problem)

    @property
    def missing_for_free_minor(self) -> int:
        """Tell how much more makes delivery free."""
        return shipping.missing_for_free(self.sums.subtotal_minor) if self.sums else 0


def contents(
    db: Session,
    cart_id: str | None,
    settings: Settings,
    *,
    country: str = shipping.HOME,
    method_key: str = "standard",
) -> Contents:
    """Read a cart and sum it up for a country and a way of delivery.

    Raises:
        Invalid: we do not deliver there, or not in that way.
    """
    lines = _lines(db, cart_id)
    if not lines:
        return Contents()
    rate = tax.rate_basis_points(country, settings)
    priced = [
        PricedLine(line.sku, line.quantity, line.unit_price_minor, rate) for line in lines
    ]
    goods = sum(line.total_minor for line in priced)
    way = shipping.method(country, method_key, goods)
    return Contents(tuple(lines), country, totals(priced, way.price_minor), way)


def _lines(db: Session, cart_id: str | None) -> list[ContentsLine]:
    query = select(CartLine).where(CartLine.cart_id == cart_id).order_by(CartLine.id)
    with_products = joinedload(CartLine.variant).joinedload(Variant.product)
    found = db.scalars(query.options(with_products)).all() if cart_id else []
    wanted = {line.variant_id: line.quantity for line in found}
    short = {item.variant_id: item.left for item in stock.shortages(db, wanted)}
    gone = {line.variant_id: 0 for line in found if not line.variant.product.is_published}
    return [_line(line, (short | gone).get(line.variant_id)) for line in found]


def _line(line: CartLine, left: int | None) -> ContentsLine:
    variant, product = line.variant, line.variant.product
    return ContentsLine(
        id=line.id, variant_id=variant.id, sku=variant.sku, slug=product.slug, name=product.name,
        choice=variant.name, picture=product.pictures[0] if product.pictures else "",
        quantity=line.quantity, unit_price_minor=variant.price_minor,
        for_routine=line.for_routine, left=left,
    )  # fmt: skip
