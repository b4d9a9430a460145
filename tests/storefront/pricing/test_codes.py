"""Codes have one spelling."""

import pytest

from storefront.pricing.codes import hidden, spelt
from storefront.pricing.customers import customer_hash


@pytest.mark.parametrize(
    "typed",
    ["SUMMER10", "summer10", " Summer 10 ", "SUMMER-10", "summer–10", "ＳＵＭＭＥＲ１０",
     "sum\u200bmer10", "sum\u00admer\u00a010", "\tsummer10\n"],
)  # fmt: skip
def test_every_way_of_typing_a_code_is_the_same_code(typed):
    assert spelt(typed) == "SUMMER10"


@pytest.mark.parametrize("typed", ["", "   ", "---", "\u200b"])
def test_what_has_no_letter_and_no_digit_is_no_code(typed):
    assert spelt(typed) == ""


def test_spelling_twice_changes_nothing():
    assert spelt(spelt("straße-ﬁt 1")) == spelt("straße-ﬁt 1")


def test_a_gift_card_stands_in_a_cart_as_its_hash():
    assert hidden("7k3m 92qx 1111 2222") == hidden("7K3M-92QX-1111-2222")
    assert "7K3M" not in hidden("7K3M-92QX-1111-2222")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ana@example.org", "Ana+shop@Example.org"), ("ana.b@gmail.com", "anab+x@googlemail.com")],
)
def test_variants_of_an_address_are_one_customer(one, other):
    assert customer_hash(one) == customer_hash(other)


def test_dots_matter_where_the_provider_says_so():
    assert customer_hash("ana.b@example.org") != customer_hash("anab@example.org")
