"""Write down how the pretended balance moves."""

from storefront.till import ids
from storefront.till.ledger import Json
from storefront.till.turn import Turn


def move(turn: Turn, source: Json, amount: int, fee: int, words: str) -> Json:
    """Keep a balance transaction of a dispute."""
    return turn.ledger.add(
        "balance_transaction",
        turn.now,
        id=ids.new("txn"),
        amount=amount,
        available_on=turn.now,
        balance_type="payments",
        currency=source["currency"],
        description=words,
        fee=fee,
        net=amount - fee,
        reporting_category="dispute" if amount < 0 else "dispute_reversal",
        source=source["id"],
        status="available",
        type="adjustment",
    )
