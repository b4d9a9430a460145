"""What search engines are told of a product: schema.org values, from the same listing as the page."""

from typing import Any

from storefront.catalog.listing import ProductListing, VariantListing
from storefront.money import Money

AVAILABILITY = {
    "in_stock": "https://schema.org/InStock",
    "few": "https://schema.org/LimitedAvailability",
    "sold_out": "https://schema.org/OutOfStock",
}
RETURN_DAYS = 30


def product_data(
    product: ProductListing, *, url: str, images: list[str], brand: str, delivery_minor: int,
    free_over_minor: int, delivery_days: tuple[int, int], country: str = "DE",
) -> dict[str, Any]:  # fmt: skip
    """Describe a product and an offer for each variant."""
    offers = []
    for variant in product.variants:
        costs = 0 if variant.price_minor >= free_over_minor else delivery_minor
        offers.append(
            {
                "@type": "Offer", "sku": variant.sku, "name": variant.name, "url": url,
                "price": Money(variant.price_minor, variant.currency).plain(),
                "priceCurrency": variant.currency, "availability": AVAILABILITY[variant.band],
                "itemCondition": "https://schema.org/NewCondition",
                "shippingDetails": _shipping(variant, costs, delivery_days, country),
                "hasMerchantReturnPolicy": {
                    "@type": "MerchantReturnPolicy", "applicableCountry": country,
                    "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
                    "merchantReturnDays": RETURN_DAYS, "returnMethod": "https://schema.org/ReturnByMail",
                },
            }
        )  # fmt: skip
    return {
        "@context": "https://schema.org", "@type": "Product", "name": product.name,
        "description": product.summary, "url": url, "image": images, "sku": product.variants[0].sku,
        "brand": {"@type": "Brand", "name": brand}, "offers": offers,
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
