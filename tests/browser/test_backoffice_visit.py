"""Staff at the counter: sign in by code and by passkey, and pages that everybody can use."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looks
from tests.browser.conftest import DESK, PHONE
from tests.browser.live import LiveShop, address_of, wait_for

OWNER = "owner@pressline.example"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
PAYLOAD = """<img src=x onerror="document.title='taken over'">"""
PAGES = (
    "/backoffice", "/backoffice/health", "/backoffice/members", "/backoffice/members/new",
    "/backoffice/members/1", "/backoffice/members/1/role?role=author",
    "/backoffice/members/1/deactivate", "/backoffice/audit", "/backoffice/me",
    "/backoffice/me/passkeys/new", "/backoffice/me/recovery-codes", "/backoffice/fresh",
)  # fmt: skip


@pytest.fixture
def named(live, watch) -> str:
    """The shop by its name: passkeys are made for names only."""
    parts = urlsplit(live.address)
    watch.hosts.add(f"localhost:{parts.port}")
    return f"http://localhost:{parts.port}"


def sign_in(page: Page, live: LiveShop, base: str) -> None:
    """Sign in with the code of the letter, as anybody would."""
    known = {letter["id"] for letter in live.letters(OWNER)}
    page.goto(f"{base}/backoffice/sign-in")
    page.get_by_label("Your work address").fill(OWNER)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the letter").wait_for()
    fresh = wait_for(
        lambda: [one for one in live.letters(OWNER) if one["id"] not in known],
        lambda: "the letter came",
    )
    page.get_by_label("Code from the letter").fill(re.search(r"\b\d{6}\b", fresh[0]["text"])[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_an_owner_makes_a_passkey_and_signs_in_with_it(newcomer, live, named):
    page = newcomer(DESK)
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, live, named)

    page.goto(f"{named}/backoffice/me/passkeys/new")
    page.get_by_label("Name of this passkey").fill(PAYLOAD)
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("button", name="Make ten codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_text(PAYLOAD)).to_be_visible()
    expect(page).not_to_have_title("taken over")

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{named}/backoffice/health")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Health", exact=True)).to_be_visible()

    page.goto(f"{named}/backoffice/fresh")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_a_stranger_with_another_passkey_is_told_so(newcomer, watch, named):
    watch.expects(422)
    page = newcomer(PHONE)
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{named}/backoffice/sign-in")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator(".passkey [role=status]")).not_to_be_empty()


def test_an_owner_invites_somebody_and_gives_another_role_without_scripts(bare, live):
    email = address_of("packer")
    sign_in(bare, live, live.address)

    bare.goto("/backoffice/members/new")
    bare.get_by_label("Email address").fill(email)
    bare.get_by_label("Packer").check()
    bare.get_by_role("button", name="Invite").click()
    bare.get_by_role("link", name=email).click()
    bare.get_by_label("Another role").select_option("author")
    bare.get_by_role("button", name="Change role").click()
    expect(bare.get_by_text("This is what will happen")).to_be_visible()
    bare.get_by_role("button", name="Change the role").click()

    expect(bare.get_by_text("The role is author now.")).to_be_visible()
    expect(bare.get_by_role("definition").filter(has_text="author")).to_be_visible()


def test_every_page_is_whole_for_everybody(newcomer, live, subtests):
    page = newcomer(PHONE)
    sign_in(page, live, live.address)
    for path in PAGES:
        with subtests.test(path=path):
            page.set_viewport_size(PHONE)
            page.goto(path)

            assert looks.axe_faults(page) == []
            assert looks.faults_of_dark_colours(page) == []
            assert looks.sticking_out(page, 320) == []
            stops = looks.focus_stops(page)
            assert stops
            assert [stop["name"] for stop in stops if not stop["shows"]] == []
