"""What a buyer does between the cart and the pay page, and at the till."""

import re

from playwright.sync_api import Page, expect

from tests.browser.live import address_of

PAYS, DECLINED, ASKS_THE_BANK = "4242424242424242", "4000000000000002", "4000002760003184"
DETAILS = {
    "Full name": "Ana Probe",
    "Street and number": "Way 1",
    "Postal code": "10115",
    "Town or city": "Berlin",
}


def put_in_cart(page: Page, slug: str = "mini-foam-roller") -> None:
    """Add a product as its page offers it, and go to the cart."""
    page.goto(f"/shop/{slug}")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("heading", name=re.compile(r"Your cart \(1\)"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Check out")).click()


def fill_checkout(page: Page, name: str = "buyer") -> str:
    """Fill the form and agree to the terms; give the address that letters go to."""
    email = address_of(name)
    page.get_by_label("Email", exact=True).fill(email)
    for label, text in DETAILS.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("I agree to the terms").check()
    return email


def go_to_till(page: Page, name: str = "buyer") -> str:
    """Send the form; give the address that letters go to."""
    email = fill_checkout(page, name)
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page).to_have_title(re.compile("Test till"))
    return email


def fill_card(page: Page, card: str) -> None:
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry (MM/YY)").fill("12/34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on the card").fill("Ana Probe")


def pay(page: Page, card: str) -> None:
    fill_card(page, card)
    page.get_by_role("button", name=re.compile(r"^Pay .*\d")).click()
