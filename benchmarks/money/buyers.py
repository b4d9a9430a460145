"""Crowds at the shelf: the last pieces, crossing carts, one code for many, an impatient finger."""

from collections import Counter
from collections.abc import Iterator

from benchmarks.money.crowd import Answer, at_once, cart_with, counted, look, order, pay, press
from benchmarks.money.figure import Figure
from benchmarks.money.shop import Shop

BUYERS, UNITS = 200, 10
CROSSING = 100
PRESSES = 20
CODE_BUYERS = 100


def seed(rounds: int) -> str:
    """Write the shelves that these crowds buy from."""
    products = [_product(f"LAST-{number}", UNITS) for number in range(rounds)]
    products += [_product(sku, UNITS) for sku in ("CROSS-A", "CROSS-B")]
    products += [_product("MANY", 100_000), _product("PRESS", 100_000)]
    return "\n".join(products)


def _product(sku: str, stock: int) -> str:
    return (
        f'[[products]]\nslug = "{sku.lower()}"\nname = "{sku}"\n'
        f'[[products.variants]]\nsku = "{sku}"\nname = "One"\nprice_minor = 2400\nstock = {stock}\n'
    )


def last_pieces(shop: Shop, rounds: int, buyers: int = BUYERS) -> Iterator[Figure]:
    """Let 200 buyers at once go for the last 10 pieces, and those who got one pay."""
    right, answers = 0, Counter[str]()
    for number in range(rounds):
        sku = f"LAST-{number}"
        placed = at_once([lambda sku=sku: order(shop, {sku: 1}) for _ in range(buyers)])
        answers.update(counted(placed))
        lucky = [each for each in placed if each.status == 201]
        at_once([lambda each=each: pay(each) for each in lucky])
        sold = [each for each in lucky if look(shop, each)["state"] == "paid"]
        refused = [each for each in placed if each.code == "sold_out"]
        right += len(sold) == UNITS and len(refused) == buyers - UNITS
        print(
            f"      round {number + 1}: {len(sold)} sold, {len(refused)} sold out", flush=True
        )
    broken = sum(count for said, count in answers.items() if said.startswith(("5", "0")))
    breaches = shop.breaches()
    yield Figure(
        f"{buyers} buyers at once for the last {UNITS}, {rounds} rounds",
        f"exactly {UNITS} sold and {buyers - UNITS} told so in {right} of {rounds} rounds; "
        f"{dict(answers)}; {broken} × 5xx; {len(breaches)} breaches in the books",
        right == rounds and not broken and not breaches,
    )


def crossing(shop: Shop, buyers: int = CROSSING) -> Iterator[Figure]:
    """Let carts with two lines cross: half want A and B, half want B and A."""
    carts = [{"CROSS-A": 1, "CROSS-B": 1}, {"CROSS-B": 1, "CROSS-A": 1}]
    answers = at_once([lambda n=n: order(shop, carts[n % 2]) for n in range(buyers)])
    said = counted(answers)
    breaches = shop.breaches()
    right = said.get("201") == UNITS and said.get("409 sold_out") == buyers - UNITS
    yield Figure(
        f"{buyers} crossing carts (A, B) and (B, A) for {UNITS} of each",
        f"{said}; {len(breaches)} breaches in the books", right and not breaches,
    )  # fmt: skip


def one_code(shop: Shop) -> Iterator[Figure]:
    """Let 100 checkouts at once use a code that may be used once, and pay those that got it."""
    code = "ONCE10"
    shop.tell("codes", "create", "Only once", "--code", code, "--percent", "10", "--limit", "1")
    answers: list[Answer] = at_once(
        [lambda: order(shop, {"MANY": 1}, code=code) for _ in range(CODE_BUYERS)]
    )
    lucky = [each for each in answers if each.status == 201]
    for each in lucky:
        pay(each)
    breaches = shop.breaches()
    said = counted(answers)
    broken = sum(count for word, count in said.items() if word.startswith(("5", "0")))
    yield Figure(
        f"a code with limit 1 under {CODE_BUYERS} checkouts",
        f"{len(lucky)} use; {said}; {len(breaches)} breaches in the books",
        len(lucky) == 1 and not broken and not breaches,
    )


def impatient(shop: Shop) -> Iterator[Figure]:
    """Press the button of one cart 20 times at once."""
    cookie = cart_with(shop, "PRESS")
    answers = at_once([lambda: press(shop, cookie) for _ in range(PRESSES)])
    places = {each.location for each in answers}
    orders = [each for each in shop.facts("orders", "list", "--most", "500")
              if each["email"] == "ana@example.org"]  # fmt: skip
    sessions = {
        session["id"]
        for session in shop.stripe("/v1/checkout/sessions", limit=100)["data"]
        if session["customer_email"] == "ana@example.org"
    }
    statuses = Counter(each.status for each in answers)
    right = statuses == {303: PRESSES} and len(places) == len(orders) == len(sessions) == 1
    yield Figure(
        f"{PRESSES} presses of pay at once",
        f"{dict(statuses)}, {len(places)} address, {len(orders)} order, {len(sessions)} session",
        right,
    )
