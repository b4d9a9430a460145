"""The till's pages in a real browser: nothing for axe to find, nothing cut off on a phone."""

import os
import shutil

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.storefront.till.till_makers import press, request_of, shipping

CHROMIUM = shutil.which(os.environ.get("CHROMIUM") or "chromium") or shutil.which(
    "chromium-browser"
)


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("CHROMIUM is not set and no chromium was found")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def faults(page) -> list[str]:
    """Say what axe finds, whether the page scrolls sideways, and which targets are too small."""
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('a, button, input:not([type=hidden])')]"
        ".filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"
    )
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    return found + (["scrolls sideways"] if wide else []) + small


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_sound_on_a_phone(browser, client, till, scheme):
    session = client.v1.checkout.sessions.create(request_of(shipping_options=[shipping()]))
    debit = client.v1.checkout.sessions.create(request_of())
    press(debit.url, action="debit")
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)

    page.goto(session.url)
    assert faults(page) == []
    page.click("button[value=pay]")
    page.wait_for_load_state()
    assert page.title().startswith("Error: ")
    assert faults(page) == []
    page.goto(f"{till.base_address}/till")
    assert page.get_by_role("button", name="Let the debit succeed").count() == 1
    assert faults(page) == []
    page.close()


FULL = {
    "allow_promotion_codes": True,
    "automatic_tax": {"enabled": True},
    "consent_collection": {"terms_of_service": "required", "promotions": "auto"},
    "phone_number_collection": {"enabled": True},
    "shipping_address_collection": {"allowed_countries": ["DE", "AT"]},
    "shipping_options": [shipping(390), shipping(990, "Express")],
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_that_asks_for_everything_is_sound_on_a_phone(browser, client, scheme):
    session = client.v1.checkout.sessions.create(request_of(**FULL))
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)

    page.goto(session.url)
    page.get_by_label("Express, 9.90 EUR").check()
    page.click("button[value=update]")
    page.get_by_role("heading", name="Pay 33.90 EUR").wait_for(timeout=9000)
    assert faults(page) == []
    page.click("button[value=pay]")
    page.get_by_role("link", name="Tick the box").click(timeout=9000)
    assert page.evaluate("document.activeElement.id") == "terms"
    assert faults(page) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_portal_and_invoice_are_sound_on_a_phone(browser, client, scheme):
    price = client.v1.prices.create(
        {
            "currency": "eur",
            "unit_amount": 900,
            "product_data": {"name": "Routines"},
            "recurring": {"interval": "month"},
        }
    )
    session = client.v1.checkout.sessions.create(
        request_of(mode="subscription", line_items=[{"price": price.id, "quantity": 1}])
    )
    press(session.url)
    customer = client.v1.checkout.sessions.retrieve(session.id).customer
    portal = client.v1.billing_portal.sessions.create({"customer": customer})
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)

    page.goto(portal.url)
    assert faults(page) == []
    page.get_by_role("button", name="Keep this card").click()
    page.get_by_role("heading", name="Nothing was changed").wait_for(timeout=9000)
    assert page.title().startswith("Error: ")
    assert faults(page) == []
    page.get_by_role("button", name="End it with this period").click()
    page.get_by_role("button", name="Carry on after all").wait_for(timeout=9000)
    page.get_by_role("link", name="TILL-0001").click()
    page.get_by_role("heading", name="Invoice TILL-0001").wait_for(timeout=9000)
    assert faults(page) == []
    page.close()


def test_the_pages_lead_on_by_keyboard_and_without_scripts(browser, client):
    session = client.v1.checkout.sessions.create(request_of())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(session.url)
    page.focus("#email")
    for text in ("ana@example.com", "4000002760003184", "12/39", "123", "Ana Example"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Fail").click()
    assert "Error: " in page.title()
    page.get_by_role("button", name="Close the tab").click()
    assert page.get_by_role("heading", name="You closed the tab").count() == 1

    context.close()
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert requests.get(session.url, timeout=30).status_code == 200
