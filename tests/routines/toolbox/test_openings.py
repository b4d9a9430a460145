import json
import random
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, insert

from routines.access.decide import Resource, decide
from routines.access.service import viewer
from routines.library.models import Entry, Need
from routines.library.tools import Need as Wanted
from routines.toolbox import service
from routines.toolbox.coverage import coverage
from routines.toolbox.lacks import lacks, read, states, survey
from routines.toolbox.opening import Closed, weigh
from routines.toolbox.owned import kit_of
from routines.toolbox.words import fact_text, opening_text
from storefront.customers.visitor import Visitor
from storefront.orders.models import OrderLine
from storefront.public import Settings, clock
from tests.makers import both, make_order, make_product, note_owner
from tests.routines.made import needs_tool, publish_routine, step_of

BALL = {"component": "ball", "fit": "ok"}
TOWEL = {"household": "A bath towel", "fit": "ok"}
NAMES = {"tip": "Pointed attachment", "handle": "Spherical handle", "strap": "Strap"}


def store(db, routines: dict[str, list[tuple]]) -> dict[str, int]:
    """Store routines with nothing but needs: component, and perhaps role and stand-ins."""
    found = {}
    for place, (slug, needs) in enumerate(routines.items(), 1):
        db.execute(
            insert(Entry).values(
                id=place, kind="routine", slug=slug, title=slug, position=place, minutes=8, card={},
                revision_number=1, published_at=clock.now(),
            )
        )  # fmt: skip
        for component, role, stand_ins in (((*need, "required", [])[:3]) if len(need) == 1 else need for need in needs):  # fmt: skip
            db.execute(insert(Need).values(entry_id=place, component=component, role=role, stand_ins=stand_ins))  # fmt: skip
        found[slug] = place
    return found


@both
def test_all_routines_at_once_are_judged_as_each_alone(db):
    chance = random.Random(4)
    parts = ["handle", "tip", "strap", "ball", "mat"]
    needs = {
        f"r{number}": [
            (part, chance.choice(["required", "optional"]), chance.sample([BALL, TOWEL], chance.randint(0, 2)))
            for part in chance.sample(parts, chance.randint(0, 4))
        ]
        for number in range(60)
    }  # fmt: skip
    places = store(db, needs)
    for owned in (set(), {"handle"}, {"ball", "tip"}, set(parts)):
        found = states(lacks(db, owned))
        for slug, wanted in needs.items():
            alone = coverage(owned, [Wanted(part, role, read(_written(others))) for part, role, others in wanted])  # fmt: skip
            mine = found.get(places[slug])
            assert (mine.state if mine else "ready") == alone.state
            assert set(mine.missing if mine else ()) == set(alone.missing)
            assert set(mine.standing_in if mine else ()) == set(alone.standing_in)


def _written(stand_ins):
    return json.dumps(stand_ins)


def weighed(db, brings, owned=frozenset()):
    seen = survey(db, owned, brings)
    return weigh(brings, seen.users, Closed(seen.lacks), owned)


def told(db, brings, owned=frozenset()):
    return opening_text(weighed(db, brings, owned), NAMES, has_tools=bool(owned))


def test_a_missing_attachment_is_missed_alone_and_never_the_whole_set(db):
    places = store(db, {"press": [("handle",), ("tip",)]})

    found = service.states(db, [places["press"]], {"handle"})

    assert found[places["press"]].missing == ("tip",)


def test_a_stranger_is_told_what_a_product_opens_alone_and_with_others(db):
    store(db, {"a": [("tip",)], "b": [("tip",), ("handle",)], "c": [("strap",)]})

    assert told(db, {"tip"}) == (
        "Opens 1 routine by itself, 1 more together with the spherical handle."
    )
    assert told(db, {"handle"}) == (
        "Opens no routine by itself, 1 together with the pointed attachment."
    )
    assert told(db, {"strap"}) == "Opens 1 routine by itself."
    assert told(db, {"moon"}) == ""


def test_a_stranger_is_told_that_a_stand_in_from_home_is_counted(db):
    store(db, {
        "a": [("tip",), ("strap", "required", [TOWEL])], "b": [("tip",)],
        "c": [("handle",), ("strap", "required", [TOWEL])],
    })  # fmt: skip

    assert told(db, {"tip"}) == "Opens 2 routines by itself or with stand-ins from home."
    assert told(db, {"handle"}) == "Opens 1 routine with stand-ins from home."
    assert told(db, {"strap"}).startswith("Opens no routine by itself, 2 together with")


def test_an_owner_is_told_how_many_more_it_opens(db):
    store(db, {"a": [("tip",)], "b": [("tip",), ("handle",)], "c": [("handle",), ("strap",)]})

    assert told(db, {"tip"}, {"handle"}) == "With what you own this opens 2 more routines."
    assert told(db, {"tip"}, {"strap"}) == "With what you own this opens 1 more routine."


def test_an_owner_is_told_when_it_opens_nothing_and_why(db):
    store(db, {
        "a": [("tip",), ("handle",)], "b": [("mat", "optional", [])],
        "c": [("strap", "required", [TOWEL])],
    })  # fmt: skip

    assert told(db, {"tip"}, {"tip", "mat"}).startswith("This opens nothing new: you own what")
    assert told(db, {"tip"}, {"mat"}) == (
        "This alone opens nothing new: its routine needs the spherical handle too."
    )
    assert told(db, {"mat"}, {"tip"}) == "No routine needs it; it helps in 1 routine."
    assert told(db, {"strap"}, {"tip"}) == (
        "This opens nothing new: with a stand-in you can do all of its routines already."
    )


def test_a_part_that_stands_in_opens_as_well(db):
    store(db, {"a": [("handle", "required", [BALL])]})

    assert weighed(db, {"ball"}, frozenset({"mat"})).opened == {1}
    assert fact_text(weighed(db, {"ball"}, frozenset({"mat"})), has_tools=True) == (
        "Opens 1 more routine for you"
    )


def test_cards_of_products_say_what_is_owned(db):
    store(db, {"a": [("tip",)]})

    assert fact_text(weighed(db, {"tip"}), has_tools=False) == "Used in 1 routine"
    assert fact_text(weighed(db, {"tip"}, frozenset({"tip"})), has_tools=True) == "You own this"


@both
def test_a_visitor_costs_three_statements_however_many_routines_there_are(app, db):
    store(db, {f"r{number}": [("handle",), ("tip",)] for number in range(50)})
    db.commit()
    statements = []
    engine = app.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))

    found = service.ready(db, {"handle", "tip"})

    assert (len(found.entries), found.total) == (50, 50)
    assert len(statements) <= 3, statements


@pytest.fixture
def order(db):
    order = make_order(db, email="ana@example.org", state="paid", paid_minor=2790)
    order.lines.append(
        OrderLine(
            sku="A", name="A", quantity=1, unit_price_minor=2400, total_minor=2400, tax_basis_points=0,
            tax_minor=0, components=["tip"],
        )
    )  # fmt: skip
    note_owner(db, order)
    db.commit()
    return order


def ana(**fields) -> Visitor:
    return Visitor(client="", email="ana@example.org", **fields)


def test_what_was_bought_is_owned_where_the_address_is_proven(db, order):
    bought = kit_of(db, ana(tools=frozenset({"mat"})))
    unproven = kit_of(db, ana(email_scope="content"))

    assert (bought.bought, bought.owned) == ({"tip"}, {"tip", "mat"})
    assert unproven.owned == frozenset()


def test_a_refund_takes_a_tool_back(db, order):
    order.lines[0].refunded_quantity = order.lines[0].quantity
    note_owner(db, order, clock.now() - timedelta(days=15))
    db.commit()

    assert kit_of(db, ana()).owned == frozenset()


def test_a_declared_tool_never_opens_what_buying_opens(db, order):
    film = Resource("film", ("owns",), frozenset({"mat"}))
    seen = viewer(db, ana(tools=frozenset({"mat"})), Settings(), clock.now())

    assert not decide(seen, film, clock.now()).allowed
    assert decide(seen, Resource("film", ("owns",), frozenset({"tip"})), clock.now()).allowed


@pytest.fixture
def shop(db):
    for slug, price, parts in [
        ("handle", 1900, ("spherical-handle",)), ("tip", 800, ("pointed-attachment",)),
        ("tool-set", 2700, ("spherical-handle", "pointed-attachment")),
    ]:  # fmt: skip
        make_product(db, slug, sku=slug.upper(), price_minor=price, components=parts)
    db.commit()
    press = step_of(tools=[needs_tool("spherical-handle", "pointed-attachment")])
    publish_routine(db, "press", press, title="Press")


@pytest.mark.usefixtures("shop")
def test_what_is_in_the_cart_is_not_offered_again(client):
    client.post("/cart/lines", data={"sku": "HANDLE", "quantity": "1"})

    page = client.get("/routines/press").text

    assert "In your cart already: spherical handle." in page
    assert page.count('name="sku[]"') == 1
    assert 'name="sku[]" value="TIP"' in page


@pytest.mark.usefixtures("shop")
def test_a_set_is_offered_only_where_it_is_cheaper_than_the_part(client, db):
    client.post("/toolbox", data={"tool": "spherical-handle"})
    assert 'name="sku[]" value="TIP"' in client.get("/routines/press").text

    make_product(db, "sale-set", sku="SALE", price_minor=700, components=("spherical-handle", "pointed-attachment"))  # fmt: skip
    db.commit()

    assert 'name="sku[]" value="SALE"' in client.get("/routines/press").text


def test_a_sold_out_part_names_its_stand_ins_and_where_to_ask_for_a_letter(client, db):
    make_product(db, "strap", sku="STRAP", stock=0, components=("strap",))
    db.commit()
    need = needs_tool("strap", stand_ins=[{"household": "Bath towel", "fit": "ok"}])
    publish_routine(db, "stretch", step_of(tools=[need]))

    page = client.get("/routines/stretch").text

    assert "Or: bath towel, does the job" in page
    assert 'href="/shop/strap#tell-me"' in page
    assert 'id="tell-me"' in client.get("/shop/strap").text


def test_more_tools_than_a_cookie_holds_are_refused(client, db):
    slugs = [f"part-{uuid4().hex}{uuid4().hex}" for _ in range(80)]
    make_product(db, "box", components=tuple(slugs))
    db.commit()

    assert client.post("/toolbox", data={"tool": slugs}).status_code == 422
    assert client.post("/toolbox", data={"tool": slugs[:5]}).status_code == 303
