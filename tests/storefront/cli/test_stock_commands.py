"""A shopkeeper blocks a sale and opens a preorder from the command line."""

from storefront.stock import levels
from tests.makers import make_product


def test_a_sale_is_blocked_and_allowed_again(app, db):
    roller = make_product(db)
    db.commit()
    run = app.test_cli_runner().invoke

    assert run(args=["storefront", "stock", "block", "ROLL-MINI-M", "--reason", "The seam."]).exit_code == 0  # fmt: skip
    db.rollback()
    assert levels.free(db, [roller.id]) == {roller.id: 0}
    assert run(args=["storefront", "stock", "unblock", "ROLL-MINI-M"]).exit_code == 0
    db.rollback()
    assert levels.free(db, [roller.id]) == {roller.id: 10}


def test_a_preorder_is_opened_and_ended(app, db):
    roller = make_product(db, stock=0)
    db.commit()
    run = app.test_cli_runner().invoke

    without_day = run(args=["storefront", "stock", "preorder", "ROLL-MINI-M", "3"])
    assert (without_day.exit_code, "--ships-from" in without_day.output) == (2, True)
    for args, free in ((["3", "--ships-from", "2099-01-01"], 3), (["0"], 0)):
        assert (
            run(args=["storefront", "stock", "preorder", "ROLL-MINI-M", *args]).exit_code == 0
        )
        db.rollback()
        assert levels.free(db, [roller.id]) == {roller.id: free}
