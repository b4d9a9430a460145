"""An order at the counter: sent in two parts, partly refunded, exchanged, by hand in a browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser import looks
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_after_the_sale_visit import bought
from tests.browser.test_backoffice_visit import sign_in

ADDRESSES = ("", "/ship", "/refund", "/cancel", "/address", "/packing-slip")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=False).first.click()


def test_an_order_goes_its_whole_way_on_both_sides(newcomer, live):
    buyer, desk = newcomer(PHONE), newcomer(DESK)
    number, email = bought(buyer, live)
    order = f"{live.address}/backoffice/orders/{number}"
    sign_in(desk, live, live.address)
    for address in ADDRESSES:  # every form, before anything is done with it
        desk.goto(order + address)
        assert looks.axe_faults(desk) == []
        assert looks.sticking_out(desk, 320) == []
        desk.set_viewport_size(DESK)

    desk.goto(f"{order}/ship")
    second = desk.get_by_label("Pieces").nth(1)
    second.fill("0")
    desk.get_by_label("Tracking number").fill("JD014")
    press(desk, "Go on")
    expect(desk.get_by_text("1 more will still be to send.")).to_be_visible()
    press(desk, "The parcel has left")
    expect(desk.get_by_text("partly sent")).to_be_visible()
    desk.goto(f"{order}/ship")
    press(desk, "Go on")
    press(desk, "The parcel has left")
    live.letter(email, "on its way")

    desk.goto(f"{order}/refund")
    desk.get_by_label("Another sum instead").fill("3.50")
    desk.get_by_label("Reason").select_option("goodwill")
    press(desk, "Show the sum")
    press(desk, "Refund €3.50")
    expect(desk.get_by_role("cell", name="€3.50").first).to_be_visible()

    buyer.reload()
    buyer.get_by_role("link", name="Send something back").click()
    buyer.get_by_label(re.compile("How many of")).first.fill("1")
    buyer.get_by_label("Why").first.select_option("too_short")
    instead = buyer.get_by_label("What you want for it").first
    choices = instead.locator("option").all_inner_texts()
    instead.select_option(index=1)
    press(buyer, "Ask to send it back")
    assert len(choices) > 1

    desk.goto(f"{live.address}/backoffice/returns")
    expect(desk.get_by_role("link", name=number)).to_be_visible()
    desk.goto(order)
    desk.get_by_role("link", name=re.compile("^R-")).first.click()
    press(desk, "Answer")
    press(desk, "Note what has come")
    press(desk, "Show the sum")
    press(desk, "Close")
    expect(desk.get_by_text("The return is closed")).to_be_visible()
    desk.goto(order)
    expect(
        desk.get_by_role("link", name="Ship", exact=True)
    ).to_be_visible()  # what is sent instead
    assert live.run("ledger", "check").strip().endswith("in order.")
