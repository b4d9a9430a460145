"""A live shop and a real browser; every visit is watched."""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.live import LiveShop
from tests.browser.watch import Watch

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 30_000  # milliseconds; a busy machine is slow, not wrong
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


def chromium_path() -> str:
    given = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, [given] if given else NAMES)), None)
    if found is None and os.environ.get("REQUIRE_SERVICES", "0") not in {"", "0"}:
        pytest.fail("no Chromium was found, and REQUIRE_SERVICES is set")
    if found is None:
        pytest.skip("no Chromium was found; CHROMIUM may name one")
    return found


@pytest.fixture(scope="session")
def live(tmp_path_factory):
    shop = LiveShop(tmp_path_factory.mktemp("live"))
    shop.start()
    yield shop
    shop.stop()


@pytest.fixture(scope="package")
def browser():
    """A browser, closed before tests of other folders: its loop would be in their way."""
    path = chromium_path()
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        started = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def watch(live):
    return Watch(live.address, live.till_address)


@pytest.fixture
def newcomer(browser, live, watch):
    """Make pages of strangers, each with cookies of their own."""
    contexts = []

    def open_page(viewport=PHONE, **options):
        context = browser.new_context(base_url=live.address, viewport=viewport, **options)
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not watch.seen, "\n".join(watch.seen)


@pytest.fixture
def page(newcomer):
    """A phone."""
    return newcomer()


@pytest.fixture
def desk(newcomer):
    """A wide screen."""
    return newcomer(DESK)


@pytest.fixture
def bare(newcomer):
    """A phone without scripts."""
    return newcomer(java_script_enabled=False)


@pytest.fixture
def dark(newcomer):
    """A phone in the dark."""
    return newcomer(color_scheme="dark")
