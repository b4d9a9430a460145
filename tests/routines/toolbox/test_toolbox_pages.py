import re

import pytest

from routines.toolbox import sections
from storefront import cookies
from storefront.catalog import pages as catalog
from storefront.customers.visitor import STRANGER, Visitor
from storefront.database import session
from tests.mailbox import letters, link
from tests.makers import both, make_product, proven
from tests.routines.made import needs_tool, publish_routine, step_of

pytestmark = pytest.mark.usefixtures("shop")

HANDLE = needs_tool("spherical-handle", "pointed-attachment")


@pytest.fixture
def shop(app):
    """A roller, a strap and the parts of the tool set, and two routines that use them."""
    with app.app_context():
        db = session()
        make_product(
            db, "mini-foam-roller", sku="ROLL", price_minor=2400, components=("mini-roller",)
        )
        make_product(
            db, "stretching-strap", sku="STRAP", price_minor=1400, components=("strap",)
        )
        make_product(
            db,
            "spherical-handle",
            sku="HANDLE",
            price_minor=1900,
            components=("spherical-handle",),
        )
        make_product(
            db,
            "pointed-attachment",
            sku="POINTED",
            price_minor=800,
            components=("pointed-attachment",),
        )
        make_product(db, "mat", sku="MAT", price_minor=3900, components=("mat",))
        db.commit()
        publish_routine(db, "hamstring", step_of("press", tools=[HANDLE]), step_of("roll", tools=[needs_tool("mini-roller")]),
                        step_of("stretch", tools=[needs_tool("strap")]), title="Hamstring")  # fmt: skip
        publish_routine(db, "calf", step_of("roll", tools=[needs_tool("mini-roller"), needs_tool("mat", role="easier")]), title="Calf")  # fmt: skip
    return app


def own(client, *tools):
    return client.post("/toolbox", data={"tool": list(tools)})


def form_skus(page: str, routine: str) -> list[str]:
    """Read what the form of one routine would put in the cart."""
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        if f'name="for_routine" value="{routine}"' in form:
            return re.findall(r'name="sku\[\]" value="(.*?)"', form)
    return []


@both
def test_marked_tools_change_what_lists_say(client):
    assert "Ready with your tools" not in client.get("/routines/").text

    answer = own(client, "mini-roller")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/toolbox")
    page = client.get("/routines/")
    assert "Ready with your tools" in page.text
    assert "Missing: spherical handle, pointed attachment and strap" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_the_toolbox_lists_what_can_be_done_now(client):
    own(client, "mini-roller")

    page = client.get("/toolbox").text

    assert "1 of 2 routines you can do now" in page
    assert re.search(r'value="mini-roller" checked', page)


def test_marking_nothing_takes_the_cookie_back(client):
    own(client, "mini-roller")

    own(client)

    assert "1 of 2" not in client.get("/toolbox").text


def test_a_tool_that_is_not_in_the_list_is_refused(client):
    assert own(client, "crowbar").status_code == 422
    assert own(client, "mini-roller", "\u0000").status_code == 422


def test_after_marking_the_visitor_is_back_where_they_came_from_and_nowhere_else(client):
    near = client.post("/toolbox", data={"tool": "strap", "next": "/routines/calf"})
    far = client.post("/toolbox", data={"tool": "strap", "next": "//evil.example/"})

    assert near.headers["Location"] == "/routines/calf"
    assert far.headers["Location"] == "/toolbox"


def test_one_press_puts_exactly_what_is_missing_in_the_cart(client):
    own(client, "strap")

    skus = form_skus(client.get("/routines/hamstring").text, "hamstring")
    answer = client.post(
        "/cart/lines", data={"sku": skus, "quantity": "1", "for_routine": "hamstring"}
    )

    assert sorted(skus) == ["HANDLE", "POINTED", "ROLL"]
    assert answer.status_code == 303
    cart = client.get("/cart").text
    assert "Spherical handle" in cart
    assert len(re.findall(r'<li class="line"', cart)) == 3


def test_a_routine_for_which_everything_is_owned_offers_nothing(client):
    own(client, "mini-roller")

    page = client.get("/routines/calf").text

    assert form_skus(page, "calf") == []
    assert "You have everything." in page


@both
def test_a_product_page_shows_its_routines_and_what_else_they_take(client):
    page = client.get("/shop/mini-foam-roller").text

    assert "Routines that use this tool" in page
    assert "Used in 2 routines" in page
    assert "You also need: spherical handle, pointed attachment and strap" in page
    assert sorted(form_skus(page, "hamstring")) == ["HANDLE", "POINTED", "STRAP"]
    assert page.index(">Calf<") < page.index(">Hamstring<")


def test_an_owner_reads_apart_what_is_missing_and_what_a_stand_in_replaces(shop, client):
    with shop.app_context():
        instead = [{"component": "mini-roller", "fit": "ok"}]
        tools = [needs_tool("mat"), needs_tool("strap", stand_ins=instead), needs_tool("pointed-attachment")]  # fmt: skip
        publish_routine(session(), "desk", step_of("press", tools=tools), title="Desk")
        session().commit()
    own(client, "mini-roller")

    assert "Without stand-ins: strap and pointed attachment" in client.get("/shop/mat").text
    page = client.get("/shop/stretching-strap").text
    assert "You also need: spherical handle and pointed attachment" in page


def test_a_product_that_no_routine_uses_has_no_such_section(shop, client):
    with shop.app_context():
        make_product(session(), "bag", sku="BAG")
        session().commit()

    assert "Routines that use this tool" not in client.get("/shop/bag").text


def test_a_sold_out_part_is_named_and_not_offered(shop, client):
    with shop.app_context():
        make_product(session(), "peanut", sku="PEANUT", stock=0, components=("peanut-ball",))
        session().commit()
        publish_routine(
            session(),
            "neck",
            step_of(tools=[needs_tool("peanut-ball"), needs_tool("strap")]),
            title="Neck",
        )

    page = client.get("/routines/neck").text

    assert form_skus(page, "neck") == ["STRAP"]
    assert "Not in stock: peanut ball" in page


def ask(app, hook, *arguments):
    with app.test_request_context():
        found = hook(session(), *arguments)
        return found[0].context if found else None


def test_the_cart_suggests_one_thing_at_most(shop):
    found = ask(shop, sections.cart_notes, STRANGER, ["STRAP"])

    assert found["routine"].card.slug == "hamstring"
    assert set(found["routine"].shopping.skus) == {"HANDLE", "POINTED", "ROLL"}


def test_the_cart_is_quiet_once_a_routine_is_complete(shop):
    assert ask(shop, sections.cart_notes, STRANGER, ["ROLL"]) is None
    assert ask(shop, sections.cart_notes, STRANGER, ["BAG"]) is None
    assert ask(shop, sections.cart_notes, STRANGER, []) is None


def test_what_the_visitor_owns_is_not_suggested(shop):
    visitor = Visitor(client="", tools=frozenset({"spherical-handle", "pointed-attachment"}))

    found = ask(shop, sections.cart_notes, visitor, ["STRAP"])

    assert set(found["routine"].shopping.skus) == {"ROLL"}


@both
def test_a_paid_order_shows_the_routines_that_it_opens(shop):
    whole = ask(shop, sections.order_notes, ["ROLL"])
    part = ask(shop, sections.order_notes, ["STRAP"])

    assert ([one.card.slug for one in whole["routines"]], whole["are_ready"]) == (
        ["calf"],
        True,
    )
    assert ([one.card.slug for one in part["routines"]], part["are_ready"]) == (
        ["hamstring"],
        False,
    )
    assert ask(shop, sections.order_notes, ["BAG"]) is None


def test_the_sections_can_be_shown(client):
    client.post("/cart/lines", data={"sku": "STRAP", "quantity": "1"})

    assert "also needs" in client.get("/cart").text


def test_product_cards_say_how_many_routines_use_a_tool(shop):
    with shop.test_request_context():
        listing = catalog.find_product(session(), "stretching-strap")

    assert listing.routines_text == "Used in 1 routine"


def marked(client) -> set[str]:
    """Tell which tools the toolbox shows as marked."""
    return set(re.findall(r'value="([^"]+)"[^>]*\schecked', client.get("/toolbox").text))


def test_tools_marked_at_a_proven_address_are_marked_on_its_other_devices(app, client):
    phone = app.test_client()
    proven(client)
    proven(phone)

    own(client, "strap", "mat")
    assert marked(phone) == {"strap", "mat"}
    own(phone, "mat")

    assert marked(client) == {"mat"}
    assert client.get_cookie(cookies.TOOLS) is None


def test_tools_marked_before_an_address_was_proven_come_with_it(app, client):
    own(client, "strap")
    other = app.test_client()
    proven(other)
    own(other, "mat")
    client.post("/newsletter", data={"email": "ana@example.org", "source": "page"})

    client.post(link(letters(app)[0]))

    assert marked(client) == marked(other) == {"strap", "mat"}
