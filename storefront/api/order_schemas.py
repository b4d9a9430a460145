"""What the API takes and tells about orders; amounts are in minor units, tax included."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from pydantic import Field

from storefront.aftersales.carriers import tracking_url
from storefront.api.spec import Answer
from storefront.checkout.details import Details
from storefront.checkout.flow import Started
from storefront.checkout.service import Item
from storefront.orders.models import Fulfilment, Order, OrderLine, Shipment

Words = Annotated[str, Field(max_length=300)]


class WishedItem(Answer):
    """Some pieces of one SKU."""

    sku: Annotated[str, Field(min_length=1, max_length=40)]
    quantity: Annotated[int, Field(ge=1, le=9999)]


class WishedAddress(Answer):
    """Where it goes; the country is a code of two letters, the region one of its states or provinces."""

    line1: Words
    line2: Words = ""
    city: Words
    postal_code: Words = ""
    country: Words
    region: Words = ""


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
    gift_note: Annotated[str, Field(max_length=500)] = ""
    is_gift: bool = False
    expected_total_minor: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None

    def bought(self) -> list[Item]:
        """Give the items for the checkout."""
        return [Item(item.sku, item.quantity) for item in self.items]

    def details(self) -> Details:
        """Give the buyer for the checkout."""
        to = self.address
        return Details(
            email=self.email, name=self.name, line1=to.line1, line2=to.line2, city=to.city,
            postal_code=to.postal_code, country=to.country, region=to.region, shipping=self.shipping,
            accepts_terms=self.consents.terms, wants_newsletter=self.consents.newsletter,
            gift_note=self.gift_note, is_gift=self.is_gift,
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
    discount_minor: int
    total_minor: int

    @classmethod
    def of(cls, line: OrderLine) -> Self:
        """Tell a line."""
        return cls(
            sku=line.sku, name=line.name, quantity=line.quantity,
            unit_price_minor=line.unit_price_minor, discount_minor=line.discount_minor,
            total_minor=line.total_minor,
        )  # fmt: skip


class ExplainedAnswer(Answer):
    """What one rule, code or gift card took off; `kind` is goods, delivery or gift_card."""

    kind: str
    label: str
    code: str
    minor: int


class SumsAnswer(Answer):
    """How the total came about: subtotal - discount + shipping + added tax = total = gift + charge."""

    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    tax_added_minor: int
    gift_minor: int
    charge_minor: int
    explained: list[ExplainedAnswer]

    @classmethod
    def of(cls, order: Order) -> Self:
        """Tell the sums of an order."""
        return cls(
            subtotal_minor=order.subtotal_minor, discount_minor=order.discount_minor,
            shipping_minor=order.shipping_minor, tax_minor=order.tax_minor,
            tax_added_minor=order.tax_added_minor, gift_minor=order.gift_minor,
            charge_minor=order.charge_minor,
            explained=[ExplainedAnswer.model_validate(row) for row in order.explained],
        )  # fmt: skip


class ParcelLineAnswer(Answer):
    """Pieces in a parcel."""

    sku: str
    quantity: int
    lot: str


class ParcelAnswer(Answer):
    """A parcel that has left; `tracking_url` is empty where the carrier shows none."""

    carrier: str
    tracking: str
    tracking_url: str
    shipped_at: str
    lines: list[ParcelLineAnswer]

    @classmethod
    def of(cls, shipment: Shipment, skus: Mapping[int, str]) -> Self:
        """Tell a parcel; `skus` are those of the order's lines by id."""
        return cls(
            carrier=shipment.carrier, tracking=shipment.tracking,
            tracking_url=tracking_url(shipment.carrier, shipment.tracking),
            shipped_at=shipment.shipped_at.isoformat(),
            lines=[
                ParcelLineAnswer(sku=skus[line.order_line_id], quantity=line.quantity, lot=line.lot)
                for line in shipment.lines
            ],
        )  # fmt: skip


class FulfilmentAnswer(Answer):
    """What leaves the house, and the parcels that have left."""

    state: str
    created_at: str
    shipped_at: str | None
    parcels: list[ParcelAnswer]

    @classmethod
    def of(
        cls, fulfilment: Fulfilment, parcels: Sequence[Shipment], skus: Mapping[int, str]
    ) -> Self:
        """Tell a fulfilment."""
        shipped = fulfilment.shipped_at
        return cls(
            state=fulfilment.state, created_at=fulfilment.created_at.isoformat(),
            shipped_at=shipped.isoformat() if shipped else None,
            parcels=[ParcelAnswer.of(each, skus) for each in parcels],
        )  # fmt: skip


class OrderAnswer(Answer):
    """What has become of an order."""

    order: str
    state: str
    currency: str
    total_minor: int
    paid_minor: int
    refunded_minor: int
    sums: SumsAnswer
    lines: list[LineAnswer]
    fulfilments: list[FulfilmentAnswer]

    @classmethod
    def of(
        cls, order: Order, fulfilments: Sequence[Fulfilment], parcels: Sequence[Shipment] = ()
    ) -> Self:
        """Tell an order."""
        skus = {line.id: line.sku for line in order.lines}
        return cls(
            order=order.number, state=order.state, currency=order.currency,
            total_minor=order.total_minor, paid_minor=order.paid_minor,
            refunded_minor=order.refunded_minor,
            sums=SumsAnswer.of(order),
            lines=[LineAnswer.of(line) for line in order.lines],
            fulfilments=[FulfilmentAnswer.of(each, parcels, skus) for each in fulfilments],
        )  # fmt: skip
