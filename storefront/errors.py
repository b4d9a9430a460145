"""What can go wrong in the shop, each with its status, its code and a sentence for the person."""


class ShopError(Exception):
    """Something that the person who asked can understand and mend."""

    status = 422
    code = "invalid"
    title = "That did not work"
    retry_after_seconds: int | None = None

    def __init__(self, detail: str | None = None, **facts: object) -> None:
        self.detail = detail or self.title
        self.facts = facts
        super().__init__(self.detail)


class Invalid(ShopError):
    """Raised when what was sent cannot be used; `fields` maps a field to its sentence."""

    title = "Please check what you entered"

    def __init__(self, detail: str | None = None, fields: dict[str, str] | None = None) -> None:
        self.fields = fields or {}
        super().__init__(detail, fields=self.fields)


class NotFound(ShopError):
    """Raised when there is no such thing, or none that this visitor may know of."""

    status = 404
    code = "not_found"
    title = "There is nothing at this address"


class Forbidden(ShopError):
    """Raised when somebody who is known may not do this."""

    status = 403
    code = "forbidden"
    title = "This is not for your role"


class SignInFirst(ShopError):
    """Raised when a program asks for what is open to staff only."""

    status = 401
    code = "sign_in_first"
    title = "Sign in first"


class CrossSite(ShopError):
    """Raised when a form was sent from another site."""

    status = 403
    code = "cross_site"
    title = "This form was sent from another site"


class Locked(ShopError):
    """Raised when the gate is closed for this visitor."""

    status = 403
    code = "locked"
    title = "This is not open for you yet"


class SoldOut(ShopError):
    """Raised when fewer pieces are free than were asked for."""

    status = 409
    code = "sold_out"
    title = "Sold out"


class WrittenMeanwhile(ShopError):
    """Raised when somebody else wrote the same at this very moment."""

    status = 409
    code = "written_meanwhile"
    title = "Somebody wrote the same at this moment. Go back and look again"


class PriceChanged(ShopError):
    """Raised when the total is not the one that the buyer saw."""

    status = 409
    code = "price_changed"
    title = "The price has changed"


class CodeUsed(ShopError):
    """Raised when a code or a gift card was used up before this order was placed."""

    status = 409
    code = "code_used"
    title = "This code has been used"


class KeyReused(ShopError):
    """Raised when an Idempotency-Key comes again with another body."""

    status = 409
    code = "idempotency_key_reused"
    title = "This key was used for another order"


class LinkExpired(ShopError):
    """Raised when a link or code is used up, too old or not ours."""

    status = 410
    code = "link_expired"
    title = "This link is no longer valid"


def waiting_time(seconds: int) -> str:
    """Say how long to wait, as people count it; never less than it is."""
    if seconds <= 60:
        return "a minute"
    units = (("days", 86_400, 2 * 86_400), ("hours", 3_600, 2 * 3_600), ("minutes", 60, 0))
    unit, length = next((name, length) for name, length, least in units if seconds >= least)
    return f"about {-(-seconds // length)} {unit}"


class TooMany(ShopError):
    """Raised when a client asks too often."""

    status = 429
    code = "too_many"
    title = "Too many tries"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Please try again in {waiting_time(retry_after_seconds)}.")
        self.retry_after_seconds = retry_after_seconds


class TooManyHeld(ShopError):
    """Raised when a client holds as much unpaid as one may, or has held it for as long as one may."""

    status = 429
    code = "too_many_held"
    title = "You already hold as much as one buyer may"

    def __init__(self, detail: str, retry_after_seconds: int = 600) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(ShopError):
    """Raised when something we need does not answer; trying again is worth it."""

    status = 503
    code = "unavailable"
    title = "Please try again in a moment"
    retry_after_seconds = 5


class BadSignature(ShopError):
    """Raised when a webhook is not signed with one of our secrets, or is too old."""

    status = 400
    code = "bad_signature"
    title = "The signature does not match"


class IllegalMove(Exception):
    """Raised when a state machine is asked for a move that its table does not have."""


class RefusedToStart(Exception):
    """Raised when the settings would make a dangerous or broken shop."""
