"""Somebody fills a cart, checks out, pays at the till and gets a letter."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import LiveShop, link_in
from tests.browser.till_steps import (
    ASKS_THE_BANK,
    DECLINED,
    PAYS,
    fill_checkout,
    go_to_till,
    pay,
    put_in_cart,
)

ORDER = re.compile(r"/orders/[^/?]+\?key=")
PAID = re.compile("paid", re.IGNORECASE)


@pytest.fixture(params=["scripts", "bare"])
def buyer(request, newcomer):
    """A phone, once with scripts and once without."""
    return newcomer(java_script_enabled=request.param == "scripts")


def is_paid(page: Page, live: LiveShop, email: str) -> None:
    """The order's page says that it is paid, and so does a letter that leads to it."""
    expect(page).to_have_url(ORDER)
    letter = live.letter(email, "is paid")
    page.goto(link_in(letter, "/orders/"))
    expect(page.get_by_role("main").get_by_text(PAID).first).to_be_visible()
    page.goto(f"/dev/mailbox?to={email}")
    expect(page.get_by_role("link", name=letter["subject"])).to_have_count(1)


def test_a_card_that_pays_makes_a_paid_order_and_one_letter(buyer, live):
    put_in_cart(buyer)
    email = go_to_till(buyer)

    pay(buyer, PAYS)

    is_paid(buyer, live, email)


def test_a_declined_card_keeps_the_page_and_the_next_card_pays(buyer, live, watch):
    watch.expects(402, 422)
    put_in_cart(buyer, "stretching-strap")
    email = go_to_till(buyer)

    pay(buyer, DECLINED)
    expect(buyer.get_by_role("heading", name="Nothing was paid yet")).to_be_visible()
    pay(buyer, PAYS)

    is_paid(buyer, live, email)


def test_a_card_whose_bank_asks_first_pays_after_the_answer(buyer, live):
    put_in_cart(buyer, "pressure-ball")
    email = go_to_till(buyer)

    pay(buyer, ASKS_THE_BANK)
    buyer.get_by_role("button", name="Complete: yes, it is me").click()

    is_paid(buyer, live, email)


def test_coming_back_without_paying_keeps_the_cart(buyer):
    put_in_cart(buyer)
    go_to_till(buyer)

    buyer.get_by_role("link", name="Back to the shop").first.click()

    expect(buyer).to_have_url(re.compile("/checkout"))
    buyer.goto("/cart")
    expect(buyer.get_by_role("heading", name="Your cart (1)")).to_be_visible()


def test_a_form_with_a_hole_says_where_and_keeps_what_was_typed(bare, watch):
    watch.expects(422)
    put_in_cart(bare)
    email = fill_checkout(bare)
    bare.get_by_label("Town or city", exact=True).fill(" ")

    bare.get_by_role("button", name=re.compile("^Pay ")).click()

    expect(bare).to_have_title(re.compile("^Error: "))
    expect(bare.get_by_label("Town or city", exact=True)).to_have_attribute(
        "aria-invalid", "true"
    )
    expect(bare.get_by_label("Email", exact=True)).to_have_value(email)


def test_a_removed_line_comes_back_by_undo(buyer):
    put_in_cart(buyer)
    buyer.goto("/cart")

    buyer.get_by_role("button", name="Remove").click()
    expect(buyer.get_by_role("heading", name="Nothing in it yet")).to_be_visible()
    buyer.get_by_role("button", name="Undo").click()

    expect(buyer.get_by_role("heading", name="Your cart (1)")).to_be_visible()
