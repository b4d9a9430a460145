"""Take over what the buyer chooses on the pay page: delivery, code, country."""

from storefront.till import discounts, session_sums
from storefront.till.ledger import Json
from storefront.till.pay_form import PayForm, asks_country
from storefront.till.turn import Turn


def take(turn: Turn, session: Json, form: PayForm) -> Json:
    """Work the session's sums out anew with the form's choices."""
    chosen = (session["shipping_cost"] or {}).get("shipping_rate")
    offered = [option["shipping_rate"] for option in session["shipping_options"]]
    if form.typed["shipping"] in offered:
        chosen = form.typed["shipping"]
    elif offered and form.typed["shipping"]:
        form.errors["shipping"] = "Choose one of the deliveries."
    if session["allow_promotion_codes"]:
        session = take_code(turn, session, form)
    if asks_country(session) and "country" not in form.errors:
        turn.ledger.note(session["id"], country=form.typed["country"])
    return session_sums.reckon(turn, session, chosen)


def take_code(turn: Turn, session: Json, form: PayForm) -> Json:
    """Put a typed code in place of the one before; an empty field takes it away."""
    code = form.typed["code"]
    found, why = discounts.typed(turn, session, code) if code else ([], "")
    if why:
        form.errors["code"] = why
    return turn.ledger.change(session, discounts=found)
