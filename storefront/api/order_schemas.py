"""What the API takes and tells about orders; amounts are in minor units, tax included."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field

from storefront.api.spec import Answer
from storefront.checkout.details import Details
from storefront.checkout.flow import Started
from storefront.checkout.service import Item
from storefront.orders.models import Fulfilment, Order, OrderLine

Words = Annotated[str, Field(max_length=300)]


class WishedItem(Answer):
    """Some pieces of one SKU."""

    sku: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=1, le=9999)]


class WishedAddress(Answer):
    """Where it goes; the country is a code of two letters."""

    line1: Words
    line2: Words = ""
    city: Words
    postal_code: Words
    country: Words


class Consents(Answer):
    """What the buyer agreed to."""

    terms: bool = True
    newsletter: bool = False


class CheckoutWish(Answer):
    """What is bought, by whom, and the total that the buyer has seen."""

    items: Annotated[list[WishedItem], Field(min_length=1, max_length=100)]
    email: Words
    name: Words
    address: WishedAddress
    shipping: Words = "standard"
    code: Words | None = None
    consents: Consents = Consents()
    expected_total_minor: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None

    def bought(self) -> list[Item]:
        """Give the items for the checkout."""
        return [Item(item.sku, item.quantity) for item in self.items]

    def details(self) -> Details:
        """Give the buyer for the checkout."""
        to = self.address
        return Details(
            email=self.email, name=self.name, line1=to.line1, line2=to.line2, city=to.city,
            postal_code=to.postal_code, country=to.country, shipping=self.shipping,
            accepts_terms=self.consents.terms, wants_newsletter=self.consents.newsletter,
        )  # fmt: skip


class CheckoutAnswer(Answer):
    """The order, the key that opens it, and where to pay until when."""

    order: str
    key: str
    total_minor: int
    currency: str
    pay_url: str
    expires_at: str

    @classmethod
    def of(cls, started: Started) -> Self:
        """Tell an order that was placed."""
        return cls(
            order=started.number, key=started.key, total_minor=started.total_minor,
            currency=started.currency, pay_url=started.url,
            expires_at=started.expires_at.isoformat(),
        )  # fmt: skip


class LineAnswer(Answer):
    """A line as it was agreed."""

    sku: str
    name: str
    quantity: int
    unit_price_minor: int
    total_minor: int

    @classmethod
    def of(cls, line: OrderLine) -> Self:
        """Tell a line."""
        return cls(
            sku=line.sku, name=line.name, quantity=line.quantity,
            unit_price_minor=line.unit_price_minor, total_minor=line.total_minor,
        )  # fmt: skip


class FulfilmentAnswer(Answer):
    """What leaves the house."""

    state: str
    created_at: str
    shipped_at: str | None

    @classmethod
    def of(cls, fulfilment: Fulfilment) -> Self:
        """Tell a fulfilment."""
        shipped = fulfilment.shipped_at
        return cls(
            state=fulfilment.state, created_at=fulfilment.created_at.isoformat(),
            shipped_at=shipped.isoformat() if shipped else None,
        )  # fmt: skip


class OrderAnswer(Answer):
    """What has become of an order."""

    order: str
    state: str
    currency: str
    total_minor: int
    paid_minor: int
    refunded_minor: int
    lines: list[LineAnswer]
    fulfilments: list[FulfilmentAnswer]

    @classmethod
    def of(cls, order: Order, fulfilments: Sequence[Fulfilment]) -> Self:
        """Tell an order."""
        return cls(
            order=order.number, state=order.state, currency=order.currency,
            total_minor=order.total_minor, paid_minor=order.paid_minor,
            refunded_minor=order.refunded_minor,
            lines=[LineAnswer.of(line) for line in order.lines],
            fulfilments=[FulfilmentAnswer.of(each) for each in fulfilments],
        )  # fmt: skip
