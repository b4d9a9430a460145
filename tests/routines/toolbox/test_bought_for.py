import re

import pytest
from sqlalchemy import select

from routines.toolbox import packing
from storefront.orders.models import Order
from storefront.public import PackedGoods
from tests.makers import check_out, make_product
from tests.routines.made import needs_tool, publish_routine, step_of


@pytest.fixture
def shop(db, gateway):
    make_product(db, "strap", sku="STRAP", price_minor=1400, components=("strap",))
    make_product(db, "ball", sku="BALL", price_minor=1900, components=("pressure-ball",))
    db.commit()
    publish_routine(db, "hamstring", step_of(tools=[needs_tool("strap"), needs_tool("pressure-ball")]), title="Hamstring cramps")  # fmt: skip


@pytest.mark.usefixtures("shop")
def test_the_routine_goes_with_its_tools_from_its_page_to_the_packing_slip(client, db):
    page = client.get("/routines/hamstring").text
    form = next(
        one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if "sku[]" in one
    )
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    data = {"sku": [value for name, value in fields if name == "sku[]"]}
    data |= {name: value for name, value in fields if name != "sku[]"}

    client.post("/cart/lines", data=data)
    assert client.get("/cart").text.count("For: Hamstring cramps") == 2
    check_out(client)

    order = db.scalars(select(Order)).one()
    assert {line.for_routine for line in order.lines} == {"hamstring"}
    told = packing.notes(
        db, [PackedGoods(line.sku, tuple(line.components), line.for_routine) for line in order.lines]
    )  # fmt: skip
    assert {note.group for note in told} == {"Hamstring cramps"}
    assert (
        client.get(f"/orders/{order.number}?key={order.key}").text.count(
            "For: Hamstring cramps"
        )
        == 2
    )
