"""A packing slip tells the packer what and the buyer where to begin; a gift's tells no prices."""

import json

import pytest
import typst

from routines.library import service as library
from storefront import clock, database, web
from storefront.aftersales import packing, shipments
from storefront.documents import slips
from storefront.errors import Invalid
from storefront.hooks import FirstSession, PackingNote, hookimpl
from storefront.orders.models import Order, OrderLine
from storefront.plugins import Hooks
from storefront.resources import data_folder
from tests.storefront.documents.papers import paid_order

ROUTINE = "hamstring-cramps-press-and-stretch"


class Plugin:
    """Groups by routine, and begins everything with the same session."""

    @hookimpl
    def packing_notes(self, lines):
        begin = (FirstSession("Calf in four steps", "/routines/calf/play"),)
        return [
            PackingNote(
                line.sku, line.for_routine, "Calf relief" if line.for_routine else "", begin
            )
            for line in lines
        ]


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def order(db) -> Order:
    order = paid_order(db)
    order.lines[0].for_routine = "calf"
    order.lines.append(
        OrderLine(
            sku="B", name="Strap", quantity=1, unit_price_minor=0, total_minor=0,
            tax_basis_points=1900, tax_minor=0,
        )
    )  # fmt: skip
    db.commit()
    return order


def slip(db, order, shop, shipment=None):
    return packing.slip(db, order, Hooks([Plugin()]), shop, shipment)


def html(app, made):
    with app.test_request_context("/"):
        return app.jinja_env.get_template("storefront/_packing_slip.html").render(slip=made)


def test_goods_stand_under_the_routine_they_were_bought_for(app, db, order, shop):
    made = slip(db, order, shop)

    groups = [
        (group["title"], [row["sku"] for row in group["rows"]]) for group in made["groups"]
    ]
    assert groups == [("Calf relief", ["A"]), (slips.OTHER, ["B"])]
    assert html(app, made).index("Calf relief") < html(app, made).index("Strap")


def test_each_first_session_is_printed_once_with_its_whole_address(app, db, order, shop):
    [session] = slip(db, order, shop)["sessions"]

    assert session["url"] == "http://localhost/routines/calf/play"
    assert session["code"] == slips.code(session["url"]) != slips.code("http://localhost/")
    assert html(app, slip(db, order, shop)).count("<svg") == 1


def test_a_gift_has_its_note_and_no_price(app, db, order, shop):
    order.is_gift, order.gift_note = True, "For your calves. {{7*7}} #panic()"
    db.commit()

    made = slip(db, order, shop)

    assert "€" not in json.dumps(made, ensure_ascii=False)
    assert "For your calves. {{7*7}} #panic()" in html(app, made)
    order.is_gift = False
    assert "€12.00" in html(app, slip(db, order, shop))


def test_only_what_is_still_to_be_sent_is_packed_and_a_parcel_shows_its_lots(
    app, db, order, shop
):
    line, other = (each.id for each in order.lines)
    order_id = order.id
    db.rollback()
    with database.transaction() as mine:
        shipments.ship(
            mine, mine.get_one(Order, order_id), {line: 1, other: 1}, carrier="other",
            lots={line: "L-7"}, by="kim", settings=shop,
        )  # fmt: skip
    order = db.get_one(Order, order_id)
    [parcel] = shipments.of(db, order)

    rest, sent = slip(db, order, shop), slip(db, order, shop, parcel)

    rows = [row for group in rest["groups"] for row in group["rows"]]
    assert [(row["sku"], row["quantity"], row["lot"]) for row in rows] == [("A", "1", "")]
    rows = [row for group in sent["groups"] for row in group["rows"]]
    assert [(row["sku"], row["lot"]) for row in rows] == [("A", "L-7"), ("B", "")]
    assert "to be written in" in html(app, rest)


def test_an_order_with_nothing_to_send_has_no_slip(db, order, shop):
    order_id, wanted = order.id, {line.id: line.quantity for line in order.lines}
    db.rollback()
    with database.transaction() as mine:
        shipments.ship(
            mine,
            mine.get_one(Order, order_id),
            wanted,
            carrier="other",
            by="kim",
            settings=shop,
        )

    with pytest.raises(Invalid, match="left to send"):
        slip(db, db.get_one(Order, order_id), shop)


def test_the_file_is_tagged_and_holds_typed_text_as_it_was_typed(app, db, order, shop):
    order.lines[0].name = order.gift_note = "#panic() {{7*7}} *b* @ref"
    db.commit()

    made = packing.slip_file(db, order, Hooks([Plugin()]), shop)
    data = json.dumps(slip(db, order, shop))
    source = str(data_folder("templates") / "documents" / "packing_slip.typ")
    drawn = json.dumps(json.loads(typst.query(source, "table", sys_inputs={"data": data})))

    assert b"pdfuaid" in made
    assert "#panic() {{7*7}} *b* @ref" in drawn


def test_the_routines_name_the_group_and_lead_to_a_session_that_exists(demo_app):
    with demo_app.app_context():
        db = database.session()
        order = Order(number="N", name="Ana", address={}, currency="EUR", gift_note="")
        order.is_gift, order.placed_at = False, clock.now()
        line = OrderLine(
            sku="X", name="Roller", quantity=1, unit_price_minor=1, for_routine=ROUTINE,
            components=["mini-roller"],
        )  # fmt: skip
        parcel = [slips.Packed(line, 1)]
        made = slips.contents(db, order, parcel, web.shop().hooks, web.settings())
        title = library.find_routine(db, ROUTINE).document.title

    assert [group["title"] for group in made["groups"]] == [title]
    [session] = made["sessions"]
    path = session["url"].removeprefix("http://localhost")
    assert demo_app.test_client().get(path).status_code == 200


def test_the_command_writes_the_file(app, db, order, tmp_path):
    file = tmp_path / "slip.pdf"

    done = app.test_cli_runner().invoke(
        args=["storefront", "orders", "packing-slip", order.number, "--pdf", str(file)]
    )

    assert done.exit_code == 0, done.output
    assert file.read_bytes().startswith(b"%PDF-")
