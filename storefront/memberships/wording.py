"""Dates, prices and addresses as pages and letters of memberships say them."""

from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date

from storefront.memberships.models import MembershipPayment, MembershipPlan
from storefront.money import Money
from storefront.settings import Settings

STATUS = {
    "trialing": "Free trial",
    "active": "Active",
    "past_due": "Payment late",
    "incomplete": "Not begun",
    "unpaid": "Not paid",
    "paused": "Paused",
    "canceled": "Ended",
}
BILL = {
    "open": "Not paid yet",
    "paid": "Paid",
    "void": "Not charged",
    "uncollectible": "Not paid",
}
EACH = {"month": "each month", "year": "each year"}
MONTHS = {"month": 1, "year": 12}


def day(moment: datetime | None, settings: Settings) -> str:
    """Write the day of a moment where the shop stands."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(settings.timezone))
    return format_date(local.date(), "d MMMM y", locale=settings.locale)


def price(plan: MembershipPlan, settings: Settings) -> str:
    """Write what a plan costs, such as €9.00 each month."""
    return f"{amount(plan, settings)} {EACH[plan.rhythm]}"


def amount(plan: MembershipPlan, settings: Settings) -> str:
    """Write what one period of a plan costs."""
    return Money(plan.amount_minor, plan.currency).text(settings.locale)


def bill(row: MembershipPayment) -> str:
    """Say how one payment stands."""
    if row.is_disputed:
        return "Taken back by the bank"
    if not row.refunded_minor:
        return BILL[row.state]
    return "Paid back" if row.refunded_minor >= row.paid_minor else "Paid back in part"


def lasts(months: int) -> str:
    """Write how long a gift lasts."""
    return "one month" if months == 1 else "one year" if months == 12 else f"{months} months"


def address(path: str, settings: Settings, **query: str) -> str:
    """Write the whole address of a page of this room; never taken from a request."""
    tail = f"?{urlencode(query)}" if query else ""
    return f"{settings.origin}{settings.url_prefix}/membership{path}{tail}"
