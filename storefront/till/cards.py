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
OUTCOMES: dict[str, str | Decline] = {
    "4242424242424242": PAYS,
    "4000002760003184": CHALLENGE,
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
}
AUTHENTICATION_FAILED = Decline(
    "payment_intent_authentication_failure",
    "authentication_required",
    "We are unable to authenticate your payment method. Please choose a different payment"
    " method and try again.",
)


@dataclass(frozen=True)
class Card:
    """Hold what may be kept of a card: never its number or security code."""

    last4: str
    exp_month: int
    exp_year: int
    outcome: str | Decline


@dataclass(frozen=True)
class Buyer:
    """Hold who pays."""

    email: str
    name: str
