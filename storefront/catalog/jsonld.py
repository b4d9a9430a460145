"""What search engines are told of a product: schema.org values, from the same listing as the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from storefront.catalog.kinds import Spec
from storefront.catalog.listing import ProductListing, VariantListing
from storefront.money import Money

AVAILABILITY = {
    "in_stock": "https://schema.org/InStock",
    "few": "https://schema.org/LimitedAvailability",
    "preorder": "https://schema.org/PreOrder",
    "sold_out": "https://schema.org/OutOfStock",
}
RETURN_DAYS = 30


@dataclass(frozen=True)
class Told:
    """What the shop adds to a product's own facts."""

    images: list[str]
    brand: str
    delivery_minor: int
    free_over_minor: int
    delivery_days: tuple[int, int]
    absolute: Callable[[str], str]  # of a path
    country: str = "DE"


def product_data(product: ProductListing, told: Told) -> dict[str, Any]:
    """Describe a product: with one variant as Product, with several as ProductGroup of them."""
    base = {
        "@context": "https://schema.org", "name": product.name, "description": product.summary,
        "url": told.absolute(product.url), "image": told.images,
        "brand": {"@type": "Brand", "name": told.brand}, "additionalProperty": _properties(product.specs),
    }  # fmt: skip
    if product.safety:
        base["manufacturer"] = {"@type": "Organization", "name": product.safety.maker.name}
    if len(product.variants) == 1:
        only = product.variants[0]
        return base | {"@type": "Product", "sku": only.sku, "offers": [_offer(only, told)]}
    return base | {
        "@type": "ProductGroup", "productGroupID": product.slug,
        "variesBy": sorted({key for each in product.variants for key in each.options}),
        "hasVariant": [_variant(product, each, told) for each in product.variants],
    }  # fmt: skip


def _variant(product: ProductListing, variant: VariantListing, told: Told) -> dict[str, Any]:
    return {
        "@type": "Product", "name": f"{product.name}, {variant.name}", "sku": variant.sku,
        "url": told.absolute(variant.url), "image": told.images[:1],
        "additionalProperty": _properties(variant.specs), "offers": [_offer(variant, told)],
    }  # fmt: skip


def _properties(specs: Sequence[Spec]) -> list[dict[str, Any]]:
    """Describe the typed attributes; what differs by variant is told with the variant."""
    return [
        {
            "@type": "PropertyValue",
            "propertyID": each.slug,
            "name": each.name,
            "value": each.value,
        }
        | ({"unitText": each.unit} if each.unit else {})
        for each in specs
        if each.value is not None
    ]


def _offer(variant: VariantListing, told: Told) -> dict[str, Any]:
    is_free = 0 < told.free_over_minor <= variant.price_minor
    costs = 0 if is_free else told.delivery_minor
    starts = (
        {"availabilityStarts": variant.ships_from.isoformat()} if variant.ships_from else {}
    )
    return starts | {
        "@type": "Offer", "sku": variant.sku, "name": variant.name, "url": told.absolute(variant.url),
        "price": Money(variant.price_minor, variant.currency).plain(),
        "priceCurrency": variant.currency, "availability": AVAILABILITY[variant.band],
        "itemCondition": "https://schema.org/NewCondition",
        "shippingDetails": _shipping(variant, costs, told.delivery_days, told.country),
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy", "applicableCountry": told.country,
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": RETURN_DAYS, "returnMethod": "https://schema.org/ReturnByMail",
        },
    }  # fmt: skip


def _shipping(
    variant: VariantListing, costs_minor: int, days: tuple[int, int], country: str
) -> dict[str, Any]:
    return {
        "@type": "OfferShippingDetails",
        "shippingRate": {
            "@type": "MonetaryAmount", "value": Money(costs_minor, variant.currency).plain(),
            "currency": variant.currency,
        },
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": country},
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "handlingTime": {"@type": "QuantitativeValue", "minValue": 0, "maxValue": 1, "unitCode": "DAY"},
            "transitTime": {
                "@type": "QuantitativeValue", "minValue": days[0], "maxValue": days[1], "unitCode": "DAY",
            },
        },
    }  # fmt: skip
