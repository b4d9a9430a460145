"""What the operator types about prices, rates, codes and gift cards."""

import json
from contextvars import Context

import pytest
from flask.cli import ScriptInfo

from storefront.cli.group import group
from storefront.errors import Invalid, NotFound
from storefront.money import Money
from tests import mailbox
from tests.makers import make_product


@pytest.fixture
def run(app, db):
    make_product(db)
    db.commit()

    def type_(*words, code=0):
        answer = app.test_cli_runner().invoke(group, words)
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        assert answer.exit_code == code, answer.output
        return answer.output

    return type_


def test_a_price_is_set_and_its_history_shown(run):
    run("prices", "set", "ROLL-MINI-M", "26.50")
    run("prices", "set", "ROLL-MINI-M", "19,90", "--announce")

    history = json.loads(run("prices", "history", "ROLL-MINI-M", "--json"))
    assert [each["price_minor"] for each in history] == [2650, 1990]


@pytest.mark.parametrize("price", ["-1", "abc", "1e3", "", "9" * 30, "NaN", "٣"])
def test_what_is_no_price_is_refused(run, price):
    assert (
        "is no amount" in run("prices", "set", "--", "ROLL-MINI-M", price, code=2)
        or price == "1.999"
    )


def test_an_amount_is_read_before_a_command_has_its_app(app):
    info = ScriptInfo(create_app=lambda: app)

    with pytest.raises(NotFound, match="no SKU"):
        Context().run(
            group.main, ["prices", "set", "NOPE", "1"], obj=info, standalone_mode=False
        )


def test_an_unknown_sku_is_a_sentence(run):
    with pytest.raises(NotFound, match="no SKU"):
        run("prices", "set", "NOPE", "1")


def test_no_reduction_is_announced_as_one(run):
    with pytest.raises(Invalid, match="no reduction"):
        run("prices", "set", "ROLL-MINI-M", "30", "--announce")


def test_a_tax_rate_is_written_down_and_listed(run):
    assert "21 %" in run("tax", "set", "DE", "21", "--from", "2027-01-01")
    [rate] = json.loads(run("tax", "list", "--json"))
    assert (rate["country"], rate["basis_points"], rate["valid_from"]) == (
        "DE",
        2100,
        "2027-01-01",
    )


def test_a_promotion_is_made_listed_and_stopped(run):
    told = run("codes", "create", "Summer", "--percent", "12.5", "--code", "summer-10", "--limit", "5",
               "--limit-each", "1", "--budget", "100", "--until", "2027-01-01")  # fmt: skip
    assert "code SUMMER10" in told

    [row] = json.loads(run("codes", "list", "--json"))
    assert (row["codes"], row["budget_minor"], row["is_active"]) == ("SUMMER10:0", 10_000, True)
    run("codes", "stop", str(row["id"]))
    assert json.loads(run("codes", "list", "--json"))[0]["is_active"] is False


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["X", "--percent", "110"], "From 0.01 to 100 %"),
        (["X"], "From 0.01 to 100 %"),
        (["X", "--kind", "fixed"], "how much it takes off"),
        (["X", "--kind", "buy_get", "--percent", "100"], "how many are bought"),
        (["X", "--kind", "kit_price", "--kit", "mat"], "products of the kit"),
        (["X", "--percent", "10", "--product", "nope"], "There is no nope"),
        (["X", "--percent", "10", "--code", "!"], "3 to 40"),
        (["X", "--percent", "10", "--from", "2027-02-01", "--until", "2027-01-01"], "end after it starts"),
        (["", "--percent", "10"], "Give it a name"),
    ],
)  # fmt: skip
def test_a_promotion_that_makes_no_sense_is_refused_whole(run, words, sentence):
    with pytest.raises(Invalid, match=sentence):
        run("codes", "create", *words)
    assert json.loads(run("codes", "list", "--json")) == []


def test_a_code_is_given_out_once(run):
    run("codes", "create", "One", "--percent", "10", "--code", "TEN10")
    with pytest.raises(Invalid, match="already"):
        run("codes", "create", "Two", "--percent", "10", "--code", "ten-10")


def test_a_gift_card_is_mailed_shown_once_and_blocked(run, app, db):
    code = (
        run("gift-cards", "issue", "50", "--email", "Ana@Example.org")
        .strip()
        .rpartition(": ")[2]
    )

    [letter] = mailbox.letters(app, "ana@example.org")
    assert letter["subject"] == "Your gift card of €50.00"
    assert code in letter["text"]
    assert code in letter["html"]
    [card] = json.loads(run("gift-cards", "list", "--json"))
    assert (card["balance_minor"], card["ends"], card["is_blocked"]) == (5000, code[-4:], False)
    assert code not in run("gift-cards", "list")
    run("gift-cards", "block", str(card["id"]))
    assert json.loads(run("gift-cards", "list", "--json"))[0]["is_blocked"] is True


def test_a_price_list_is_made_joined_and_left(run):
    run("price-lists", "set", "pro", "ROLL-MINI-M", "18")
    assert "has the prices of pro" in run("price-lists", "join", "pro", "ana@example.org")
    assert "public prices" in run("price-lists", "leave", "ana@example.org")
    with pytest.raises(NotFound):
        run("price-lists", "join", "nope", "ana@example.org")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("24.00", "EUR", 2400),
        ("24,5", "EUR", 2450),
        ("2400", "JPY", 2400),
        ("2.400", "KWD", 2400),
    ],
)
def test_an_amount_is_read_in_the_parts_of_its_currency(text, currency, minor):
    assert Money.read(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"), [("1.5", "JPY"), ("1.234", "EUR"), ("-1", "EUR"), ("", "EUR")]
)
def test_an_amount_with_smaller_parts_than_there_are_is_refused(text, currency):
    with pytest.raises(ValueError, match="no"):
        Money.read(text, currency)
