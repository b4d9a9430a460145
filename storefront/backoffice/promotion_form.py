"""What the form of a promotion asks, and how it becomes one."""

from collections.abc import Mapping, Sequence

from storefront import guards
from storefront.backoffice import fields
from storefront.backoffice.fields import Field, Part
from storefront.backoffice.typed import Typed
from storefront.catalog.models import Collection
from storefront.pricing.campaigns import MOST_PIECES, Wanted
from storefront.pricing.models import Promotion

KINDS = (
    ("percent", "A share off"), ("fixed", "An amount off"), ("free_delivery", "Free delivery"),
    ("buy_get", "Buy some, get some"), ("kit_price", "A set at one price"),
)  # fmt: skip
LINE = "Write each as {what} and a number, such as {such} 2."
PLACES = {
    "basis_points": "percent", "amount_minor": "amount", "fixed": "amount", "buy_quantity": "buy",
    "pieces": "kit", "ends_at": "ends", "budget_minor": "budget",
}  # fmt: skip
CODE = (
    Field("code", "Code", most=40, hint="Letters and digits; however it is typed, it counts."),
    Field("limit_total", "Uses in all", "number", optional=True),
    Field("limit_each", "Uses by one customer", "number", optional=True),
)
BATCH = (
    Field("count", "How many", "number", hint="At most 500. Each ends with 12 signs that nobody can guess."),
    Field("start", "They begin with", most=28, optional=True),
    Field("batch_total", "Uses of each", "number", value="1", optional=True),
)  # fmt: skip


def parts(shelves: Sequence[Collection]) -> list[Part]:
    """List what is asked of a promotion."""
    return [
        Part("What it does", [
            Field("name", "Name", most=120, hint="Buyers read it in their sum."),
            Field("kind", "Kind", "select", options=KINDS),
            Field("percent", "Share in %", "amount", optional=True, hint="Of a share off; and of what is got: 100 makes it free."),
            Field("amount", "Amount", "amount", optional=True, hint="Taken off, or the price of the set."),
            Field("buy", "Pieces to buy", "number", optional=True), Field("get", "Pieces to get", "number", optional=True),
            Field("kit", "The set", "area", optional=True, hint="A product's name in addresses and how many, one in a line."),
        ]),
        Part("What it is about", [
            Field("products", "Products", "area", rows=2, optional=True, hint="Names in addresses, one in a line. Nothing here or below: everything."),
            *(Field(f"collection.{each.slug}", each.name, "check") for each in shelves),
        ]),
        Part("When it counts", [
            Field("min_spend", "Goods for at least", "amount", optional=True),
            Field("first_order_only", "Only for a first order", "check"), Field("needs_code", "Only with a code", "check"),
            Field("alone", "It does not combine with others", "check"),
            Field("starts", "From", "moment", optional=True), Field("ends", "Until", "moment", optional=True),
            Field("budget", "Budget of it all", "amount", optional=True, hint="It counts no more when this is spent. Decided when it is made; its size may change."),
        ]),
        Part("Try it", [Field("sample", "A sample cart", "area", optional=True, hint="A SKU and how many, one in a line. Empty: the first products.")]),
    ]  # fmt: skip


def values(promotion: Promotion) -> dict[str, str]:
    """Give a promotion as the form shows it."""
    ticks = {
        "first_order_only": promotion.first_order_only, "needs_code": promotion.needs_code,
        "alone": not promotion.combines,
        **{f"collection.{slug}": True for slug in promotion.collections},
    }  # fmt: skip
    whole, rest = divmod(promotion.basis_points, 100)
    return {
        "name": promotion.name, "kind": promotion.kind, "percent": f"{whole}.{rest:02d}" if promotion.basis_points else "",
        "amount": fields.amount(promotion.amount_minor or None), "buy": str(promotion.buy_quantity or ""),
        "get": str(promotion.get_quantity or ""), "kit": "\n".join(f"{slug} {n}" for slug, n in promotion.kit.items()),
        "products": "\n".join(promotion.products), "min_spend": fields.amount(promotion.min_spend_minor or None),
        "starts": fields.typed_moment(promotion.starts_at), "ends": fields.typed_moment(promotion.ends_at),
        "budget": fields.amount(promotion.budget_minor), **{name: "yes" if is_on else "" for name, is_on in ticks.items()},
    }  # fmt: skip


def read(form: Typed) -> Wanted:
    """Read a promotion.

    Raises:
        Invalid: something cannot be read, with a sentence for each field.
    """
    start = "collection."
    wanted = Wanted(
        name=form.text("name"), kind=form.text("kind"), basis_points=form.share("percent"),
        amount_minor=form.amount("amount") or 0, buy_quantity=form.whole("buy", most=MOST_PIECES) or 0,
        get_quantity=form.whole("get", most=MOST_PIECES) or 0, kit=counted(form, "kit", "a product", "mat"),
        products=list(dict.fromkeys(form.words("products"))),
        collections=[each.removeprefix(start) for each in form.sent if each.startswith(start) and form.is_ticked(each)],
        min_spend_minor=form.amount("min_spend") or 0, first_order_only=form.is_ticked("first_order_only"),
        needs_code=form.is_ticked("needs_code"), combines=not form.is_ticked("alone"),
        starts_at=form.moment("starts"), ends_at=form.moment("ends"), budget_minor=form.amount("budget"),
    )  # fmt: skip
    form.check()
    return wanted


def counted(form: Typed, name: str, what: str, such: str) -> dict[str, int]:
    """Read lines that are a name and a number; the same name twice is summed."""
    found: dict[str, int] = {}
    for line in form.lines(name):
        thing, _, count = line.replace("×", " ").partition(" ")
        pieces = guards.whole(count.strip() or "1", least=1, most=MOST_PIECES)
        if pieces is None:
            form.wrong[name] = LINE.format(what=what, such=such)
        found[thing] = found.get(thing, 0) + (pieces or 0)
    return found


def field_errors(wrong: Mapping[str, str]) -> dict[str, str]:
    """Say beside which field of the form an error belongs."""
    return {PLACES.get(name, name): sentence for name, sentence in wrong.items()}
