"""Every page that a visitor meets, and how to get there."""

import re
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Locator, Page

from tests.browser.live import LiveShop, address_of, link_in
from tests.browser.player import start
from tests.browser.till_steps import (
    ASKS_THE_BANK,
    DECLINED,
    PAYS,
    fill_checkout,
    go_to_till,
    pay,
    put_in_cart,
)

Arrive = Callable[[Page, LiveShop], object]
ROUTINE = "/routines/hamstring-cramps-press-and-stretch"
PLAYER = "/routines/calf-loosener/play"


class Scene(NamedTuple):
    """A page in one of its states; the statuses that belong to it are no fault."""

    arrive: Arrive
    statuses: tuple[int, ...] = ()


def at(path: str, *statuses: int) -> Scene:
    return Scene(lambda page, live: page.goto(path), statuses)


def follow(page: Page, link: Locator) -> None:
    """Press what leads to another page, and wait until that page is there."""
    with page.expect_navigation():
        link.click()


def open_menu(page: Page, _live: LiveShop) -> None:
    page.goto("/shop/")
    page.get_by_text("Menu", exact=True).click()


def open_drawer(page: Page, _live: LiveShop) -> None:
    page.goto("/shop/mini-foam-roller")
    page.get_by_role("button", name="Add to cart").click()
    page.locator("#cart-drawer").wait_for()


def fill_cart(page: Page, live: LiveShop) -> None:
    open_drawer(page, live)
    page.goto("/cart")


def remove_line(page: Page, live: LiveShop) -> None:
    fill_cart(page, live)
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Undo").wait_for()


def wait_for_letter(page: Page, _live: LiveShop, name: str = "waiting") -> str:
    email = address_of(name)
    page.goto("/newsletter")
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Send me the letter").click()
    page.get_by_text("Look into your mail").wait_for()
    return email


def mistype_code(page: Page, live: LiveShop) -> None:
    wait_for_letter(page, live, "mistyped")
    page.get_by_label("Or type the 6 digits of the letter").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("This is not the code").wait_for()


def open_confirmation(page: Page, live: LiveShop, name: str = "confirm") -> str:
    email = wait_for_letter(page, live, name)
    page.goto(link_in(live.letter(email, "confirm"), "/confirm/"))
    return email


def confirm_twice(page: Page, live: LiveShop) -> None:
    open_confirmation(page, live, "twice")
    link = page.url
    follow(page, page.get_by_role("button", name="Yes, this is my address"))
    page.wait_for_url(re.compile("/newsletter$"))
    page.goto(link)


def open_leaving(page: Page, live: LiveShop, name: str = "leave") -> None:
    email = open_confirmation(page, live, name)
    follow(page, page.get_by_role("button", name="Yes, this is my address"))
    page.goto(link_in(live.letter(email, "welcome"), "/leave/"))


def leave(page: Page, live: LiveShop) -> None:
    open_leaving(page, live, "left")
    page.get_by_role("button", name="Stop the letters").click()
    page.get_by_role("heading", name="You will get no more").wait_for()


def open_letter(page: Page, live: LiveShop) -> None:
    email = wait_for_letter(page, live, "letter")
    live.letter(email, "confirm")
    page.goto(f"/dev/mailbox?to={email}")
    follow(page, page.get_by_role("link", name="Confirm your address"))


def follow_programme(page: Page, _live: LiveShop) -> None:
    page.goto("/programmes/glutes-for-hamstrings")
    page.get_by_role("button", name="Begin on this device").click()
    page.get_by_role("button", name="I am done with this phase").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").wait_for()


def ask_for_programme(page: Page, live: LiveShop) -> None:
    email = address_of("programme")
    page.goto("/programmes/glutes-for-hamstrings")
    page.get_by_role("main").get_by_label("email address").fill(email)
    page.get_by_role("button", name="Begin by letter").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    page.goto(link_in(live.letter(email, "begin"), "/mine/"))


def put_aside(page: Page, live: LiveShop) -> None:
    fill_cart(page, live)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name=re.compile("^Save for later")).first.click()
    page.goto("/cart")
    page.get_by_role("heading", name="Saved for later").wait_for()


def ask_for_italy(page: Page, live: LiveShop) -> None:
    open_checkout(page, live)
    page.get_by_label("Country", exact=True).select_option("IT")
    page.get_by_label("Province", exact=True).wait_for()
    page.get_by_text("Add a note, or send it as a gift").click()


def open_checkout(page: Page, _live: LiveShop) -> None:
    put_in_cart(page)
    page.get_by_label("Full name").wait_for()


def leave_a_hole(page: Page, live: LiveShop) -> None:
    open_checkout(page, live)
    fill_checkout(page)
    page.get_by_label("Town or city", exact=True).fill(" ")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    page.get_by_role("alert").wait_for()


def open_till(page: Page, live: LiveShop) -> None:
    open_checkout(page, live)
    go_to_till(page)


def be_declined(page: Page, live: LiveShop) -> None:
    open_till(page, live)
    pay(page, DECLINED)
    page.get_by_role("heading", name="Nothing was paid yet").wait_for()


def ask_the_bank(page: Page, live: LiveShop) -> None:
    open_till(page, live)
    pay(page, ASKS_THE_BANK)
    page.get_by_role("heading", name="Your bank asks").wait_for()


def buy(page: Page, live: LiveShop) -> str:
    put_in_cart(page)
    email = go_to_till(page)
    pay(page, PAYS)
    page.wait_for_url(re.compile("/orders/"))
    live.letter(email, "is paid")
    page.reload()
    return email


def open_gate(page: Page, live: LiveShop) -> None:
    page.goto(ROUTINE)
    email = address_of("gate")
    gate = page.locator("#gate")
    gate.get_by_label("Email address", exact=True).first.fill(email)
    gate.get_by_role("button", name="Get the letter and open it").click()
    page.goto(link_in(live.letter(email, "confirm"), "/confirm/"))
    follow(page, page.get_by_role("button", name="Yes, this is my address"))
    page.locator("#gate video").wait_for()


def start_player(page: Page, _live: LiveShop) -> None:
    page.goto(PLAYER)
    start(page)
    page.get_by_role("button", name="Pause", exact=True).wait_for()


def finish_player(page: Page, live: LiveShop) -> None:
    page.clock.install()
    start_player(page, live)
    page.clock.fast_forward("20:00")
    page.get_by_role("heading", name="Done").wait_for()
    page.get_by_role("button", name="Too much").click()
    page.locator("#pain-after").select_option("8")
    page.get_by_role("heading", name="Stop here for today").wait_for()


def open_player_settings(page: Page, _live: LiveShop) -> None:
    page.goto(PLAYER)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("dialog").wait_for()


def see_parcel(page: Page, live: LiveShop) -> None:
    buy(page, live)
    number = order_number(page)
    live.run("orders", "ship", number, "--carrier", "dhl", "--tracking", "JD0140")
    page.reload()


def send_back(page: Page, live: LiveShop) -> None:
    see_parcel(page, live)
    follow(page, page.get_by_role("link", name="Send something back"))


def change_address(page: Page, live: LiveShop) -> None:
    buy(page, live)
    follow(page, page.get_by_role("link", name="Change the address"))


def withdraw(page: Page, live: LiveShop) -> None:
    see_parcel(page, live)
    link = page.get_by_role("main").get_by_role("link", name="Withdraw from the contract")
    follow(page, link)


def confirm_withdrawal(page: Page, live: LiveShop) -> None:
    withdraw(page, live)
    follow(page, page.get_by_role("button", name="Go on to confirm"))


def finish_withdrawal(page: Page, live: LiveShop) -> None:
    confirm_withdrawal(page, live)
    follow(page, page.get_by_role("button", name="Confirm withdrawal"))


def ask_for_code(page: Page, _live: LiveShop) -> None:
    page.goto("/orders/")
    page.get_by_label("Email", exact=True).fill(address_of("nobody"))
    follow(page, page.get_by_role("button", name="Send me a code"))


def list_orders(page: Page, live: LiveShop) -> None:
    email = buy(page, live)
    page.goto("/orders/")
    page.get_by_label("Email", exact=True).fill(email)
    follow(page, page.get_by_role("button", name="Send me a code"))
    page.get_by_label("Code", exact=True).fill(
        live.letter(email, "is your code")["subject"][:6]
    )
    follow(page, page.get_by_role("button", name="Go on"))


def answer_check(page: Page, _live: LiveShop) -> None:
    page.goto("/check")
    page.get_by_label("I have had a blood clot").check()
    page.get_by_role("button", name="Keep on this device").click()
    page.goto("/routines/calf-loosener")
    page.locator(".step.left-out").first.wait_for()


def order_number(page: Page) -> str:
    return re.search(r"/orders/([^/?]+)", page.url)[1]


SCENES: dict[str, Scene] = {
    "home": at("/"),
    "menu": Scene(open_menu),
    "shop": at("/shop/"),
    "shop-filtered": at("/shop/?action=roll&sort=price"),
    "shop-nothing-left": at("/shop/?action=roll&action=press&in_stock=1&price=none"),
    "collection": at("/shop/c/rollers"),
    "product": at("/shop/mini-foam-roller"),
    "kit": at("/shop/hamstring-kit"),
    "body": at("/body/"),
    "region": at("/body/back-of-thigh"),
    "point": at("/points/calf-centre"),
    "condition": at("/conditions/hamstring-syndrome"),
    "routines": at("/routines/"),
    "routine": at(ROUTINE),
    "routine-gate-open": Scene(open_gate),
    "player": at(PLAYER),
    "player-running": Scene(start_player),
    "player-done": Scene(finish_player),
    "player-settings": Scene(open_player_settings),
    "cramp-now": at("/cramp-now"),
    "sheet": at("/routines/calf-loosener/sheet"),
    "toolbox": at("/toolbox"),
    "toolbox-plan": at("/toolbox/plan?region=back-of-thigh"),
    "check": at("/check"),
    "routine-screened": Scene(answer_check),
    "programmes": at("/programmes/"),
    "programme": at("/programmes/glutes-for-hamstrings"),
    "programme-mine": Scene(follow_programme),
    "programme-confirm": Scene(ask_for_programme),
    "person": at("/people/mara-lindqvist"),
    "articles": at("/library/"),
    "article": at("/library/leg-cramps"),
    "search": at("/search?q=roller"),
    "search-nothing": at("/search?q=xylophone"),
    "cart-empty": at("/cart"),
    "cart": Scene(fill_cart),
    "cart-removed": Scene(remove_line),
    "cart-saved": Scene(put_aside),
    "cart-link": at("/cart/add?sku=ROLL-MINI-M:2&sku=NOPE"),
    "cart-drawer": Scene(open_drawer),
    "checkout": Scene(open_checkout),
    "checkout-italy": Scene(ask_for_italy),
    "checkout-hole": Scene(leave_a_hole, (422,)),
    "pay-page": Scene(open_till),
    "pay-page-declined": Scene(be_declined, (402,)),
    "bank-asks": Scene(ask_the_bank),
    "order": Scene(buy),
    "order-sent": Scene(see_parcel),
    "order-address": Scene(change_address),
    "order-return": Scene(send_back),
    "orders-prove": at("/orders/"),
    "orders-code": Scene(ask_for_code),
    "orders": Scene(list_orders),
    "withdraw-guest": at("/withdraw"),
    "withdraw": Scene(withdraw),
    "withdraw-confirm": Scene(confirm_withdrawal),
    "withdraw-done": Scene(finish_withdrawal),
    "newsletter": at("/newsletter"),
    "newsletter-waiting": Scene(wait_for_letter),
    "newsletter-wrong-code": Scene(mistype_code, (422,)),
    "newsletter-confirm": Scene(open_confirmation),
    "newsletter-used-up": Scene(confirm_twice, (410,)),
    "newsletter-leave": Scene(open_leaving),
    "newsletter-left": Scene(leave),
    "help": at("/help/"),
    "delivery": at("/help/delivery"),
    "not-found": at("/shop/no-such-thing", 404),
    "mailbox": at("/dev/mailbox"),
    "letter": Scene(open_letter),
}
