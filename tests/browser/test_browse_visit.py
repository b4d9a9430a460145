"""Somebody starts from a sore spot and ends with the tools for it."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(params=["scripts", "bare"])
def reader(request, newcomer):
    """A phone, once with scripts and once without."""
    return newcomer(java_script_enabled=request.param == "scripts")


def test_from_the_sore_spot_to_the_routine_to_its_tools_in_the_cart(reader):
    reader.goto("/")

    reader.get_by_role("link", name="Find my sore spot").click()
    reader.get_by_role("main").get_by_role(
        "link", name=re.compile("^Back of (the )?thigh")
    ).first.click()
    reader.get_by_role(
        "link", name="Hamstring cramps: press and stretch", exact=True
    ).first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "Hamstring cramps: press and stretch"
    )
    reader.locator("#tools").get_by_role(
        "link", name=re.compile("roller", re.IGNORECASE)
    ).first.click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Mini foam roller")

    uses = reader.locator("section", has_text="Routines that use this tool")
    uses.get_by_role("button", name=re.compile("^Add what is missing")).first.click()

    expect(reader.get_by_role("heading", name=re.compile(r"Your cart \(\d+\)"))).to_be_visible()


def test_a_search_with_a_typing_error_finds_the_routine_and_its_tool(reader):
    reader.goto("/search?q=hamsting")

    main = reader.get_by_role("main")

    expect(main.get_by_role("link", name=re.compile("^Hamstring cramps")).first).to_be_visible()


def test_suggestions_are_chosen_by_arrows_and_enter(desk):
    desk.goto("/")
    box = desk.get_by_role("combobox", name="Search the shop")

    box.press_sequentially("roller")
    expect(desk.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")

    expect(desk).not_to_have_url(re.compile("/$|/search"))


def test_a_filter_narrows_the_shelf_at_once_and_keeps_the_address(desk):
    desk.goto("/shop/")
    everything = desk.locator("[data-results-count]").inner_text()

    desk.get_by_role("checkbox", name=re.compile("^Roll")).check()

    expect(desk).to_have_url(re.compile(r"action(%5B%5D)?=roll"))
    expect(desk.locator("[data-results-count]")).not_to_have_text(everything)


def test_on_a_phone_the_filters_open_as_a_dialog(page):
    page.goto("/shop/")
    everything = page.locator("[data-results-count]").inner_text()

    page.get_by_text("Filter and sort", exact=True).click()
    page.get_by_role("dialog").get_by_role("checkbox", name=re.compile("^Roll")).check()
    page.get_by_role("button", name="Done").click()

    expect(page.locator("[data-results-count]")).not_to_have_text(everything)


def test_without_scripts_a_filter_needs_one_press_more(bare):
    bare.goto("/shop/")
    everything = bare.locator("[data-results-count]").inner_text()

    bare.get_by_text("Filter and sort", exact=True).click()
    bare.get_by_role("checkbox", name=re.compile("^Roll")).check()
    bare.get_by_role("button", name="Apply").click()

    expect(bare).to_have_url(re.compile(r"action(%5B%5D)?=roll"))
    expect(bare.locator("[data-results-count]")).not_to_have_text(everything)
