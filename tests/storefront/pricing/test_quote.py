"""The one quote: what it counts, and the sentence for each code that it does not."""

from datetime import timedelta

import pytest

from storefront import clock
from storefront.catalog.models import Collection
from storefront.pricing.basket import Basket, BasketLine, Who
from storefront.pricing.models import PriceList, PriceListEntry, PriceListMember
from storefront.pricing.price_lists import list_of
from storefront.pricing.quote import quote
from tests.makers import make_code, make_product, make_promotion

NOW = clock.now()


@pytest.fixture
def priced(db, settings):
    """Price two rollers for 24.00 each, with codes and whatever else is told."""
    variant = make_product(db)

    def price(*codes, quantity=2, who=None, **basket):
        told = Basket([BasketLine(variant, quantity)], codes=codes, who=who or Who(), **basket)
        return quote(db, told, settings, NOW)

    price.variant = variant
    return price


def refusal(found):
    (no,) = found.refused
    return no.reason, no.text


def test_a_code_is_a_row_of_the_sum(db, priced):
    make_code(db, "TEN", name="Welcome", basis_points=1000)

    found = priced("TEN")

    assert (found.sums.discount_minor, found.sums.total_minor) == (480, 4320)
    assert [(row.label, row.minor, row.code) for row in found.sums.explained] == [
        ("Welcome", 480, "TEN")
    ]


def test_an_offer_without_a_code_applies_by_itself(db, priced):
    make_promotion(db, basis_points=1000)

    assert priced().sums.discount_minor == 480


def test_a_code_never_takes_free_delivery_away(db, priced):
    make_code(db, "HALF", basis_points=5000)

    assert priced("HALF").sums.shipping_minor == 0  # 48.00 before, 24.00 after the code


def test_free_delivery_by_code_is_explained(db, priced):
    make_code(db, "POST", kind="free_delivery", name="Free delivery")

    found = priced("POST", quantity=1)

    assert (found.sums.shipping_minor, found.sums.discount_minor) == (0, 0)
    assert [(row.kind, row.minor) for row in found.sums.explained] == [("delivery", 390)]


@pytest.mark.parametrize(
    ("promotion", "reason", "words"),
    [
        ({"ends_at": NOW - timedelta(days=1)}, "ended_on", "ended on"),
        ({"is_active": False}, "ended", "has ended"),
        ({"starts_at": NOW + timedelta(days=2)}, "not_yet", "try it again then"),
        ({"min_spend_minor": 5000}, "min_spend", "€2.00 more"),
        ({"products": ["mat"]}, "nothing_fits", "other products"),
        ({"kind": "buy_get", "buy_quantity": 4, "get_quantity": 1, "basis_points": 10_000}, "too_few", "more pieces"),
        ({"kind": "free_delivery"}, "free_already", "free already"),
        ({"budget_minor": 100}, "budget", "used up"),
    ],
)  # fmt: skip
def test_each_code_that_does_not_count_says_why(db, priced, promotion, reason, words):
    make_code(db, "TEN", **{"basis_points": 1000} | promotion)

    found = priced("TEN")

    assert refusal(found)[0] == reason
    assert words in refusal(found)[1]
    assert found.sums.discount_minor == 0


def test_a_code_that_does_not_exist_is_told(priced):
    assert refusal(priced("NOPE"))[0] == "unknown"


def test_a_code_used_as_often_as_it_may_be_is_told(db, priced):
    make_code(db, "ONE", basis_points=1000, limit_total=1).used = 1
    db.flush()

    assert refusal(priced("ONE"))[0] == "used_up"


def test_a_first_order_code_needs_a_new_address(db, priced):
    make_code(db, "FIRST", basis_points=1000, first_order_only=True)

    assert priced("FIRST").refused == ()  # not known yet
    assert (
        refusal(priced("FIRST", who=Who("ana@example.org", has_ordered=True)))[0] == "not_first"
    )


def test_free_delivery_is_for_the_cheapest_way(db, priced):
    make_code(db, "POST", kind="free_delivery")

    assert refusal(priced("POST", quantity=1, method_key="express"))[0] == "other_way"


def test_a_code_of_an_offer_that_applies_by_itself_adds_nothing(db, priced):
    promotion = make_promotion(db, basis_points=1000)
    make_code(db, "TEN", promotion=promotion)

    found = priced("TEN")

    assert refusal(found)[0] == "better"
    assert found.sums.discount_minor == 480


def test_a_collection_limits_an_offer(db, priced):
    make_promotion(db, basis_points=1000, collections=["rollers"])
    assert priced().sums.discount_minor == 0

    shelf = Collection(slug="rollers", name="Rollers")
    priced.variant.product.collections.append(shelf)
    db.flush()

    assert priced().sums.discount_minor == 480


def test_a_price_list_counts_for_a_proven_address_only(db, priced):
    db.add(PriceList(key="pro", name="Professionals"))
    db.flush()
    db.add(PriceListEntry(list_key="pro", variant_id=priced.variant.id, price_minor=2000))
    db.add(PriceListMember(email="ana@example.org", list_key="pro"))
    db.flush()

    assert list_of(db, None) == list_of(db, "bob@example.org") == ""
    assert (
        priced(who=Who(price_list=list_of(db, "ana@example.org"))).sums.subtotal_minor == 4000
    )
    assert priced().sums.subtotal_minor == 4800


def test_a_budget_that_covers_the_discount_lets_it_count(db, priced):
    make_code(db, "TEN", basis_points=1000, budget_minor=480)

    assert priced("TEN").sums.discount_minor == 480
