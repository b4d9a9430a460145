"""An order is sent in two parts, exchanged and paid back, on both sides of the counter."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import LiveShop
from tests.browser.scenes import order_number
from tests.browser.till_steps import PAYS, go_to_till, pay, put_in_cart


@pytest.fixture(params=["scripts", "bare"])
def buyer(request, newcomer):
    """A phone, once with scripts and once without."""
    return newcomer(java_script_enabled=request.param == "scripts")


def bought(page: Page, live: LiveShop) -> tuple[str, str]:
    """Buy a roller and a strap; give the number of the order and the buyer's address."""
    page.goto("/shop/stretching-strap")
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_timeout(300)
    page.goto("/shop/mini-foam-roller")
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_timeout(300)
    page.goto("/checkout")
    email = go_to_till(page, "after")
    pay(page, PAYS)
    page.wait_for_url(re.compile("/orders/"))
    live.letter(email, "is paid")
    page.reload()
    return order_number(page), email


def skus(live: LiveShop, number: str) -> list[str]:
    import json

    return [
        line["sku"]
        for line in json.loads(live.run("orders", "show", number, "--json"))["lines"]
    ]


@pytest.mark.parametrize("buyer", ["bare"], indirect=True)  # its pages have no scripts
def test_an_order_is_sent_in_two_parts_and_a_piece_comes_back(buyer, live):
    number, email = bought(buyer, live)
    first, second = skus(live, number)

    live.run(
        "orders",
        "ship",
        number,
        "--line",
        f"{first}=1",
        "--carrier",
        "dhl",
        "--tracking",
        "JD1",
    )
    live.letter(email, "in parts")
    live.run("orders", "ship", number, "--line", f"{second}=1", "--carrier", "ups")
    buyer.reload()
    expect(buyer.get_by_role("heading", name="Your parcels")).to_be_visible()
    expect(buyer.get_by_role("link", name="JD1")).to_be_visible()

    buyer.get_by_role("link", name="Send something back").click()
    buyer.get_by_label(re.compile("How many of 1")).first.fill("1")
    buyer.get_by_label("Why").first.select_option(label="It is too firm")
    buyer.get_by_role("button", name="Ask to send it back").click()
    expect(buyer.get_by_role("heading", name="What you send back")).to_be_visible()

    heading = buyer.get_by_role("heading", name=re.compile("^R-"))
    return_number = heading.inner_text().split(":")[0]
    for step in ("approve", "receive", "close"):
        live.run("orders", "return", return_number, step, "--yes")
    live.letter(email, "go back to you")
    live.letter(email, "refund")
    buyer.reload()
    expect(buyer.get_by_role("heading", name=f"{return_number}: Done")).to_be_visible()


def test_a_buyer_withdraws_before_anything_has_left(buyer, live):
    put_in_cart(buyer)
    email = go_to_till(buyer, "withdraws")
    pay(buyer, PAYS)
    buyer.wait_for_url(re.compile("/orders/"))
    live.letter(email, "is paid")
    buyer.reload()

    buyer.get_by_role("main").get_by_role("link", name="Withdraw from the contract").click()
    buyer.get_by_role("button", name="Go on to confirm").click()
    buyer.get_by_role("button", name="Confirm withdrawal").click()

    expect(buyer.get_by_role("heading", name="Your withdrawal is received")).to_be_visible()
    live.letter(email, "receipt of your withdrawal")
    live.letter(email, "is cancelled")
