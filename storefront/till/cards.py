"""Know the test cards and what each of them does."""

from dataclasses import dataclass

PAYS = "pays"
CHALLENGE = "challenge"


@dataclass(frozen=True)
class Decline:
    """Hold why a card was refused, in Stripe's words."""

    code: str
    decline_code: str
    message: str


DECLINED = Decline("card_declined", "generic_decline", "Your card was declined.")
DISPUTE, INQUIRY, NOT_RECEIVED = "dispute", "inquiry", "not_received"
WARNING, REFUND_PENDS, REFUND_FAILS = "warning", "refund_pends", "refund_fails"
ATTACHES, ASKS_AGAIN = "attaches", "asks_again"
AFTERWARDS = {
    "4000000000000259": DISPUTE,
    "4000000000002685": NOT_RECEIVED,
    "4000000000001976": INQUIRY,
    "4000000000005423": WARNING,
    "4000000000007726": REFUND_PENDS,
    "4000000000005126": REFUND_FAILS,
    "4000000000000341": ATTACHES,
    "4000002760003184": ASKS_AGAIN,
}
OUTCOMES: dict[str, str | Decline] = {
    "4242424242424242": PAYS,
    "4000002760003184": CHALLENGE,  # each time, also while its owner is away
    "4000002500003155": CHALLENGE,
    "4000000000000002": DECLINED,
    "4000000000009995": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "4000000000000069": Decline("expired_card", "expired_card", "Your card has expired."),
    "4000000000000127": Decline(
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
    ),
    "4000000000000119": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "4000000000000341": DECLINED,  # but it can be kept for later
    **{
        number: PAYS
        for number, after in AFTERWARDS.items()
        if after not in (ATTACHES, ASKS_AGAIN)
    },
}
AUTHENTICATION_FAILED = Decline(
    "payment_intent_authentication_failure",
    "authentication_required",
    "We are unable to authenticate your payment method. Please choose a different payment"
    " method and try again.",
)
AUTHENTICATION_NEEDED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


@dataclass(frozen=True)
class Card:
    """Hold what may be kept of a card: never its number or security code."""

    last4: str
    exp_month: int
    exp_year: int
    outcome: str | Decline
    after: str = ""  # what follows a payment, one of AFTERWARDS


@dataclass(frozen=True)
class Buyer:
    """Hold who pays."""

    email: str
    name: str
    phone: str | None = None
    address: dict[str, str] | None = None
    wants_news: bool = False
