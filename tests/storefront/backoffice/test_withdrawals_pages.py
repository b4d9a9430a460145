"""Declared withdrawals in the backoffice: their words stand there until somebody has dealt with them."""

from storefront.aftersales import withdrawal
from storefront.aftersales.withdrawal import Declaration
from tests.storefront.backoffice.at_the_desk import settings_of, signed_in
from tests.storefront.backoffice.orders_at_the_desk import make_paid

DECLARED = {
    "order_number": "NOT-OURS",
    "email": "ana@example.org",
    "name": "Ana <b>",
    "step": "confirm",
}


def declare(app):
    """Withdraw from an order that is not there, so that somebody has to look."""
    visitor = app.test_client()
    visitor.post("/withdraw", data=DECLARED)
    return visitor.post("/withdraw/confirm", data=DECLARED)


def test_a_declaration_that_fits_no_order_waits_until_it_is_done(app, db):
    make_paid(db)
    db.commit()
    assert declare(app).status_code in {200, 303}
    keeper = signed_in(app, role="keeper")

    text = keeper.get("/backoffice/withdrawals").text
    assert "I hereby withdraw" in text
    assert "Ana &lt;b&gt;" in text
    address = text.split('/done"')[0].rsplit('action="', 1)[1] + "/done"
    assert keeper.post(address).status_code == 303

    assert "I hereby withdraw" not in keeper.get("/backoffice/withdrawals").text
    assert "I hereby withdraw" in keeper.get("/backoffice/withdrawals?show=all").text
    assert keeper.post("/backoffice/withdrawals/W-NONE/done").status_code == 404


def test_only_keepers_read_declarations(app):
    for role, status in (("keeper", 200), ("packer", 403), ("author", 403)):
        assert signed_in(app, role=role).get("/backoffice/withdrawals").status_code == status


def test_an_order_that_is_withdrawn_from_says_so_until_that_is_dealt_with(app, db):
    order = make_paid(db)
    told = Declaration("Ana", order.email, order.number)
    row = withdrawal.declare(db, told, settings=settings_of(app))
    db.commit()
    keeper = signed_in(app, role="keeper")

    assert (
        f"withdrawn from the contract ({row.number})"
        in keeper.get("/backoffice/orders/PAID-1").text
    )
    keeper.post(f"/backoffice/withdrawals/{row.number}/done")
    assert "withdrawn from the contract" not in keeper.get("/backoffice/orders/PAID-1").text
