"""Products and variants, the components they bring, kits and collections."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base


class Collection(Base):
    """A shelf of the shop."""

    __tablename__ = "storefront_collection"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(400), default="")
    position: Mapped[int] = mapped_column(default=0)


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
    is_published: Mapped[bool] = mapped_column(default=True)
    tax_category: Mapped[str] = mapped_column(String(20), default="standard")
    pressure: Mapped[str | None] = mapped_column(String(10))  # light, medium, firm
    actions: Mapped[list[Any]] = mapped_column(JSON, default=list)  # press, roll, stretch
    pictures: Mapped[list[Any]] = mapped_column(JSON, default=list)  # media names, best first
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # label to text
    questions: Mapped[list[Any]] = mapped_column(JSON, default=list)  # {"ask", "answer"}
    care: Mapped[str] = mapped_column(Text, default="")
    not_for: Mapped[str] = mapped_column(Text, default="")
    search_terms: Mapped[list[Any]] = mapped_column(JSON, default=list)

    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product", order_by="Variant.position", cascade="all, delete-orphan"
    )
    collections: Mapped[list[Collection]] = relationship(
        secondary="storefront_product_collection", order_by=Collection.position
    )


class Variant(Base):
    """One thing that can be put in a cart, with its SKU and its price."""

    __tablename__ = "storefront_variant"
    __table_args__ = (
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("weight_grams >= 0", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_product.id", ondelete="CASCADE"), index=True
    )
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # Firmness: Medium
    price_minor: Mapped[int]  # tax included, in the shop's currency
    weight_grams: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="variants")
    components: Mapped[list["VariantComponent"]] = relationship(cascade="all, delete-orphan")
    kit_items: Mapped[list["KitItem"]] = relationship(
        cascade="all, delete-orphan", foreign_keys="KitItem.kit_id"
    )


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
