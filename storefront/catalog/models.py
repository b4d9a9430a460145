"""Products and variants, the components they bring, kits and collections."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront import clock
from storefront.database import Base, Moment

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)  # published from the beginning


class Collection(Base):
    """A shelf of the shop; one below another is found there too."""

    __tablename__ = "storefront_collection"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400), default="")
    position: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_collection.id", ondelete="SET NULL"), index=True
    )

    parent: Mapped["Collection | None"] = relationship(remote_side="Collection.id")


class ProductCollection(Base):
    """A product on a shelf."""

    __tablename__ = "storefront_product_collection"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_product.id", ondelete="CASCADE"), primary_key=True
    )
    collection_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_collection.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Product(Base):
    """What a product page is about; what is bought is one of its variants."""

    __tablename__ = "storefront_product"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(String(400), default="")
    description: Mapped[str] = mapped_column(Text, default="")  # Markdown
    position: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None] = mapped_column(
        Moment().evaluates_none(),
        default=ALWAYS,  # None: a draft
    )
    unpublished_at: Mapped[datetime | None]
    type_slug: Mapped[str | None] = mapped_column(
        ForeignKey("storefront_product_type.slug"), index=True
    )
    attributes: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # by the type's slugs
    tax_category: Mapped[str] = mapped_column(String(20), default="standard")
    pressure: Mapped[str | None] = mapped_column(String(10))  # light, medium, firm
    actions: Mapped[list[Any]] = mapped_column(JSON, default=list)  # press, roll, stretch
    pictures: Mapped[list[Any]] = mapped_column(JSON, default=list)  # media names, best first
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # label to text
    questions: Mapped[list[Any]] = mapped_column(JSON, default=list)  # {"ask", "answer"}
    care: Mapped[str] = mapped_column(Text, default="")
    not_for: Mapped[str] = mapped_column(Text, default="")
    search_terms: Mapped[list[Any]] = mapped_column(JSON, default=list)
    is_physical: Mapped[bool] = mapped_column(default=True)
    maker: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # name address email country
    responsible: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # in the EU; the same
    warnings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    lot_marking: Mapped[str] = mapped_column(String(400), default="")  # where the lot is read

    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product", order_by="Variant.position", cascade="all, delete-orphan"
    )
    collections: Mapped[list[Collection]] = relationship(
        secondary="storefront_product_collection", order_by=Collection.position
    )
    type: Mapped["ProductType | None"] = relationship()
    spares: Mapped[list["Product"]] = relationship(
        secondary="storefront_spare_for", viewonly=True, order_by="Product.position",
        primaryjoin="Product.id == SpareFor.product_id", secondaryjoin="SpareFor.spare_id == Product.id",
    )  # fmt: skip
    spare_for: Mapped[list["Product"]] = relationship(
        secondary="storefront_spare_for", viewonly=True, order_by="Product.position",
        primaryjoin="Product.id == SpareFor.spare_id", secondaryjoin="SpareFor.product_id == Product.id",
    )  # fmt: skip

    @hybrid_property
    def is_published(self) -> bool:
        """Tell whether it is on the shelf at this moment."""
        now = clock.now()
        begun = self.published_at is not None and self.published_at <= now
        return begun and (self.unpublished_at is None or self.unpublished_at > now)

    @is_published.inplace.expression
    @classmethod
    def _is_published_now(cls) -> ColumnElement[bool]:
        now = clock.now()
        stays = or_(cls.unpublished_at.is_(None), cls.unpublished_at > now)
        return and_(cls.published_at <= now, stays)

    @is_published.inplace.setter
    def _set_published(self, is_published: bool) -> None:
        self.published_at, self.unpublished_at = (ALWAYS if is_published else None), None


def _address_of(context: Any) -> str:
    """Give a variant without a name in addresses that of its SKU."""
    return str(context.get_current_parameters()["sku"]).lower()


class Variant(Base):
    """One thing that can be put in a cart, with its SKU and its price."""

    __tablename__ = "storefront_variant"
    __table_args__ = (
        UniqueConstraint("product_id", "slug"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("weight_grams >= 0", name="weight"),
        CheckConstraint("was_minor IS NULL OR was_minor > price_minor", name="was"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_product.id", ondelete="CASCADE"), index=True
    )
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    slug: Mapped[str] = mapped_column(String(80), default=_address_of)  # below its product's
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # Firmness: Medium
    price_minor: Mapped[int]  # in the shop's currency; changed by `prices.set_price` only
    was_minor: Mapped[int | None]  # with an announced reduction: the lowest of 30 days before
    weight_grams: Mapped[int] = mapped_column(default=0)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # where it differs
    is_blocked: Mapped[bool] = mapped_column(default=False)  # sold to nobody
    blocked_reason: Mapped[str] = mapped_column(String(400), default="")  # buyers read it

    product: Mapped[Product] = relationship(back_populates="variants")
    components: Mapped[list["VariantComponent"]] = relationship(cascade="all, delete-orphan")
    kit_items: Mapped[list["KitItem"]] = relationship(
        cascade="all, delete-orphan", foreign_keys="KitItem.kit_id"
    )


class ProductType(Base):
    """A kind of product, with what is told of each: its attributes, typed."""

    __tablename__ = "storefront_product_type"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    attributes: Mapped[list[Any]] = mapped_column(JSON, default=list)  # see catalog/kinds.py


class SpareFor(Base):
    """A product that is a spare part of another."""

    __tablename__ = "storefront_spare_for"
    __table_args__ = (CheckConstraint("spare_id <> product_id", name="not_itself"),)

    spare_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_product.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_product.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class OldSlug(Base):
    """A name that a product or collection once had; it leads to it and goes to no other."""

    __tablename__ = "storefront_old_slug"
    __table_args__ = (CheckConstraint("kind IN ('product', 'collection')", name="kind"),)

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    target_id: Mapped[int] = mapped_column(index=True)  # stays when what it named is deleted
    at: Mapped[datetime]


class Component(Base):
    """A part that routines ask for, such as a spherical handle or a pointed attachment."""

    __tablename__ = "storefront_component"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(400), default="")


class VariantComponent(Base):
    """A component that a variant brings."""

    __tablename__ = "storefront_variant_component"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    variant_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="CASCADE"), primary_key=True
    )
    component_slug: Mapped[str] = mapped_column(
        ForeignKey("storefront_component.slug"), primary_key=True, index=True
    )
    quantity: Mapped[int] = mapped_column(default=1)


class KitItem(Base):
    """A variant inside a kit; a kit has no stock of its own, it takes its parts'."""

    __tablename__ = "storefront_kit_item"
    __table_args__ = (
        UniqueConstraint("kit_id", "item_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("kit_id <> item_id", name="not_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kit_id: Mapped[int] = mapped_column(ForeignKey("storefront_variant.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("storefront_variant.id"), index=True)
    quantity: Mapped[int] = mapped_column(default=1)

    item: Mapped[Variant] = relationship(foreign_keys=[item_id])


class PriceChange(Base):
    """A price that a variant had from a moment on; appended, never changed."""

    __tablename__ = "storefront_price_change"
    __table_args__ = (
        CheckConstraint("price_minor >= 0", name="price"),
        Index("ix_storefront_price_change_variant_id_at", "variant_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="CASCADE")
    )
    price_minor: Mapped[int]
    at: Mapped[datetime]
