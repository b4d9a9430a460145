"""A visit: two devices of one person come together in an account, and part again."""

import re

import pytest

from storefront import database
from storefront.cli import demo
from storefront.resources import data_folder
from tests.mailbox import code, letters, link

ANA = "ana@example.org"
ROUTINE = "/routines/hamstring-cramps-press-and-stretch"


@pytest.fixture
def shop(app):
    """The demo shop, to write to."""
    with app.app_context(), database.transaction() as db:
        demo.fill(db, data_folder("config") / "demo")
    return app


def cart_rows(client) -> int:
    return int(re.search(r"data-cart-count>(\d+)", client.get("/cart").text)[1])


def test_two_devices_come_together_and_one_signs_both_out(shop):
    laptop, phone = shop.test_client(), shop.test_client()

    # She marks a tool, saves a routine and fills a cart on the laptop, where nobody knows her.
    laptop.post("/toolbox", data={"tool": ["strap"]})
    laptop.post(f"{ROUTINE}/save")
    sku = re.search(
        r'name="sku\[?\]?" value="([^"]+)"', laptop.get("/shop/stretching-strap").text
    )
    laptop.post("/cart/lines", data={"sku": sku[1], "quantity": 2})

    # The laptop asks; she reads her mail on the phone, whose button signs in the phone.
    laptop.post("/account/sign-in", data={"email": ANA, "next": "/account"})
    letter = letters(shop, ANA)[0]
    path = link(letter, "/account/sign-in/link/")
    assert "another device" in phone.get(path).text
    told = phone.post(path, follow_redirects=True).text
    assert "signed in on this device. The one that asked is not" in told
    assert laptop.get("/account").status_code == 303

    # On the phone she marks another tool and begins another cart.
    phone.post("/toolbox", data={"tool": ["mat"]})
    phone.post("/cart/lines", data={"sku": sku[1], "quantity": 1})

    # The laptop asks again, and the digits sign it in: everything of both is on both.
    laptop.post("/account/sign-in", data={"email": ANA})
    told = laptop.post(
        "/account/sign-in/code",
        data={"code": code(letters(shop, ANA)[0])},
        follow_redirects=True,
    ).text
    assert "You are signed in." in told
    for device in (laptop, phone):
        account = device.get("/account").text
        assert "Exercise mat" in account or "mat" in account.lower()
        assert "strap" in account.lower()
        assert f'href="{ROUTINE}"' in device.get("/toolbox/saved").text
    assert cart_rows(laptop) == cart_rows(phone) == 2  # the larger number, and never the sum

    # She takes back what came into the cart, and the phone has its own again.
    laptop.post("/cart/join", data={"action": "undo"})
    assert (cart_rows(laptop), cart_rows(phone)) == (2, 1)

    # She leaves the laptop to somebody else, and ends everything from the phone.
    assert laptop.get("/account/devices").text.count("this device</span>") == 1
    phone.post("/account/sign-out-everywhere")
    assert laptop.get("/account").status_code == phone.get("/account").status_code == 303
    assert ANA not in laptop.get("/").text
