"""What a credit note says: which invoice it corrects, what was given back and the tax in it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from storefront.documents import facts
from storefront.documents.models import Document
from storefront.documents.rates import RateSum, credit_by_rate, rest, split


class RefundedLine(Protocol):
    """Pieces of an order line that a refund is for, and their part of it."""

    @property
    def order_line_id(self) -> int:
        """Which line it is."""

    @property
    def quantity(self) -> int:
        """How many pieces."""

    @property
    def amount_minor(self) -> int:
        """What went back for them."""


class Refunded(Protocol):
    """What a credit note needs of a refund that has succeeded."""

    @property
    def id(self) -> int:
        """Which refund it is."""

    @property
    def total_minor(self) -> int:
        """All that went back, to the card and to gift cards."""

    @property
    def reason(self) -> str:
        """Why, as one of the known reasons."""

    @property
    def lines(self) -> Sequence[RefundedLine]:
        """What it is for; empty when it is for nothing in particular."""


def credit_facts(
    invoice: Document, before: Sequence[Document], refund: Refunded
) -> dict[str, Any]:
    """Write down what the credit note for a refund says; never more than the invoice has left.

    `before` are the notes on this invoice so far: a debit note takes its credit note back.
    """
    said = invoice.facts
    credited = [one for note in before if note.kind == "credit_note" for one in _rates(note)]
    debited = [one for note in before if note.kind == "debit_note" for one in _rates(note)]
    left = rest(_rates(invoice), credited, debited)
    minor = min(refund.total_minor, invoice.total_minor - invoice.credited_minor)
    rates = credit_by_rate(minor, left, _weights(said, left, refund, minor))
    return {
        "corrects": invoice.name,
        "corrects_of": said["issued_on"],
        "lines": _credited_lines(said, refund),
        "rates": [asdict(part) for part in rates],
        "tax_minor": sum(part.tax_minor for part in rates),
        "total_minor": minor,
        "reason": refund.reason,
    }


def reversal_facts(note: Document) -> dict[str, Any]:
    """Write down what the debit note says that takes a credit note back whole."""
    told = ("lines", "rates", "tax_minor", "total_minor", "reason")
    return {name: note.facts[name] for name in told} | {
        "corrects": note.name,
        "corrects_of": note.facts["issued_on"],
    }


def _rates(document: Document) -> list[RateSum]:
    return facts.read_rates(document.facts)


def _weights(
    said: Mapping[str, Any], left: Sequence[RateSum], refund: Refunded, minor: int
) -> list[int]:
    """Say how much belongs to each rate: that of the pieces, and of the rest by what is left."""
    rate_of = {line["id"]: line["tax_basis_points"] for line in said["lines"]}
    named = [
        sum(
            line.amount_minor
            for line in refund.lines
            if rate_of.get(line.order_line_id) == part.basis_points
        )
        for part in left
    ]
    free = split(max(0, minor - sum(named)), [part.gross_minor for part in left])
    return [one + other for one, other in zip(named, free, strict=True)]


def _credited_lines(said: Mapping[str, Any], refund: Refunded) -> list[dict[str, Any]]:
    pieces = {line.order_line_id: line.quantity for line in refund.lines}
    return [
        line | {"quantity": pieces[line["id"]]}
        for line in said["lines"]
        if line["id"] in pieces
    ]
