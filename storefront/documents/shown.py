"""A document as people read it: the one source of its page and of its PDF, all words and no numbers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from eu_vat_rates_data import get_rate

from storefront.documents.models import PREFIXES, TITLES, Document
from storefront.money import Money
from storefront.pricing.tax import percent_text
from storefront.settings import Settings

COLUMNS = {
    "name": "Article", "quantity": "Pieces", "unit": "Each", "discount": "Discount", "rate": "VAT",
    "total": "Amount",
}  # fmt: skip
REASONS = {
    "withdrawal": "You changed your mind", "damaged": "It came damaged",
    "wrong_item": "The wrong thing came", "not_delivered": "It did not arrive",
    "cancelled": "The order was cancelled", "goodwill": "Goodwill",
    "late_payment": "The payment came too late", "recall": "Recall",
}  # fmt: skip


def shown(document: Document, settings: Settings) -> dict[str, Any]:
    """Write a document in words; every value is text, a flag, or a list of such."""
    facts = document.facts
    money = _writer(document.currency, settings)
    title = f"{TITLES[document.kind]} {document.name}"
    return {
        "lang": settings.locale.replace("_", "-").split("-")[0],
        "kind": document.kind, "title": title, "name": document.name,
        "shop": settings.shop_name, "issued_on": facts["issued_on"],
        "seller": _seller(facts["seller"]), "buyer": _buyer(facts["buyer"]),
        "dates": _dates(document, settings),
        "columns": _columns(document),
        "lines": [_line(line, money) for line in facts["lines"]],
        "sums": _sums(facts, money) if document.kind == "invoice" else _note_sums(document, money),
        "rates": [_rate(part, money) for part in facts["rates"] if _is_told(part, facts)],
        "notes": _notes(facts),
    }  # fmt: skip


def day_text(iso: str, settings: Settings) -> str:
    """Write a date, such as 20 November 2026."""
    return format_date(date.fromisoformat(iso), "d MMMM y", locale=settings.locale)


def _writer(currency: str, settings: Settings) -> Any:
    """Give what writes amounts; less than nothing has a minus, not a hyphen."""

    def write(minor: int) -> str:
        text = Money(abs(minor), currency).text(settings.locale)
        return f"\N{MINUS SIGN}{text}" if minor < 0 else text

    return write


def _seller(seller: Mapping[str, str]) -> list[str]:
    vat = f"VAT ID {seller['vat_id']}" if seller["vat_id"] else ""
    said = (seller["name"], seller["address"], vat, seller["email"])
    return [line for line in said if line]


def _buyer(buyer: Mapping[str, Any]) -> list[str]:
    said = [buyer["company"], buyer["name"], *address_lines(buyer["address"])]
    if buyer["vat_id"]:
        said.append(f"VAT ID {buyer['vat_id']}")
    return [line for line in said if line]


def address_lines(address: Mapping[str, Any]) -> list[str]:
    """Write an address on lines, the country's name last."""
    code = str(address.get("country") or "")
    rate = get_rate(code)
    place = f"{address.get('postal_code') or ''} {address.get('city') or ''}".strip()
    lines = (address.get("line1"), address.get("line2"), place, address.get("region"))
    return [str(line) for line in (*lines, rate["country"] if rate else code) if line]


def _dates(document: Document, settings: Settings) -> list[tuple[str, str]]:
    facts = document.facts
    said = [
        (f"{TITLES[document.kind]} number", document.name),
        ("Date", day_text(facts["issued_on"], settings)),
    ]
    if "corrects" in facts:
        earlier = f"{facts['corrects']} of {day_text(facts['corrects_of'], settings)}"
        said.append(("Corrects", earlier))
    said.append(("Order", f"{facts['order']} of {day_text(facts['ordered_on'], settings)}"))
    if "paid_on" in facts:
        said.append(("Paid on", day_text(facts["paid_on"], settings)))
    return said


def _columns(document: Document) -> list[dict[str, str]]:
    """Say what is told of each line; a note counts pieces and leaves sums to the rates."""
    wanted = dict(COLUMNS)
    if document.kind != "invoice":
        wanted = {key: wanted[key] for key in ("name", "quantity", "rate")}
    elif not document.facts["discount_minor"]:
        del wanted["discount"]
    return [{"key": key, "label": label} for key, label in wanted.items()]


def _line(line: Mapping[str, Any], money: Any) -> dict[str, str]:
    return {
        "name": line["name"], "sku": line["sku"], "quantity": str(line["quantity"]),
        "unit": money(line["unit_price_minor"]),
        "discount": money(-line["discount_minor"]) if line["discount_minor"] else "",
        "rate": percent_text(line["tax_basis_points"]), "total": money(line["total_minor"]),
    }  # fmt: skip


def _sums(facts: Mapping[str, Any], money: Any) -> list[dict[str, Any]]:
    rows = [
        ("Goods", facts["subtotal_minor"], True),
        *[(label, -minor, minor) for label, minor in _discounts(facts)],
        ("Delivery", facts["shipping_minor"], True),
        ("VAT", facts["tax_added_minor"], facts["tax_added_minor"]),
    ]
    sums = [_sum(label, money(minor)) for label, minor, is_told in rows if is_told]
    sums.append(_sum("Total", money(facts["total_minor"]), is_total=True))
    if facts["gift_minor"]:
        rest = facts["total_minor"] - facts["gift_minor"]
        sums.append(_sum("Paid by gift card", money(facts["gift_minor"])))
        sums.append(_sum("Paid by card or bank", money(rest)))
    return sums


def _discounts(facts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Name each discount by its rule, or all of them by one word where the rules do not add up."""
    rules = [row for row in facts["explained"] if row.get("kind") == "goods"]
    if sum(row["minor"] for row in rules) != facts["discount_minor"]:
        return [("Discounts", facts["discount_minor"])]
    return [(row["label"], row["minor"]) for row in rules]


def _note_sums(document: Document, money: Any) -> list[dict[str, Any]]:
    facts = document.facts
    whole = "Credited" if document.kind == "credit_note" else "No longer credited"
    net = facts["total_minor"] - facts["tax_minor"]
    return [
        _sum("Net", money(net)),
        _sum("VAT", money(facts["tax_minor"])),
        _sum(whole, money(facts["total_minor"]), is_total=True),
    ]


def _sum(label: str, text: str, *, is_total: bool = False) -> dict[str, Any]:
    return {"label": label, "text": text, "is_total": is_total}


def _is_told(part: Mapping[str, int], facts: Mapping[str, Any]) -> bool:
    return bool(part["gross_minor"]) or len(facts["rates"]) == 1


def _rate(part: Mapping[str, int], money: Any) -> dict[str, str]:
    return {
        "rate": percent_text(part["basis_points"]), "net": money(part["net_minor"]),
        "tax": money(part["tax_minor"]), "gross": money(part["gross_minor"]),
    }  # fmt: skip


def _notes(facts: Mapping[str, Any]) -> list[str]:
    if "corrects" in facts and facts["corrects"].startswith(PREFIXES["credit_note"]):
        return ["The bank sent the money back to us, so the credit note is taken back."]
    if "reason" in facts:
        return [f"Why: {REASONS.get(facts['reason'], 'Refund')}."]
    if not facts["tax_minor"]:
        return ["No VAT is charged on this invoice."]
    if facts["tax_added_minor"]:
        return ["Prices are without VAT, which is added below them."]
    return ["Prices contain the VAT that is shown."]
