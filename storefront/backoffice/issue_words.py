"""An issue as the pages of the backoffice show it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import url_for

from storefront import web
from storefront.answers import ReaderFacts
from storefront.issues import scheduling, states
from storefront.issues.models import Issue

SLOT_WORDS = {
    "lead": "Lead", "routine": "Routine", "article": "Article", "tool_tip": "Tool tip", "next_phase": "Next phase",
    "product": "Product", "text": "Words of your own",
}  # fmt: skip
LEVELS = {
    "stop": ("Stops it", "bad"),
    "warn": ("Look at it", "warn"),
    "told": ("Told", "plain"),
}


def url_of(issue: Issue) -> str:
    """Give the address of an issue's page."""
    return url_for("storefront_backoffice_issue.one", issue_id=issue.id)


def row(issue: Issue, now: datetime) -> dict[str, Any]:
    """Tell of an issue what a line of a list holds."""
    state = ("Overdue: press again", "bad") if scheduling.is_stale(issue, now) else states.WORDS[issue.state]  # fmt: skip
    return {
        "subject": issue.subject or f"No subject yet ({issue.slug})", "url": url_of(issue), "state": state, "list": issue.list_slug,
        "period": issue.period, "send_at": moment(issue.send_at), "total": issue.total if issue.total is not None else "",
    }  # fmt: skip


def moment(at: datetime | None) -> str:
    """Write a moment on the shop's clock."""
    if at is None:
        return ""
    settings = web.settings()
    return format_datetime(
        at, "d MMM yyyy, HH:mm", tzinfo=ZoneInfo(settings.timezone), locale=settings.locale
    )


def such_as(names: Mapping[str, str]) -> Callable[[ReaderFacts], str]:
    """Tell of one kind of readers what decides which letter they get, with the names of tools."""

    def words(facts: ReaderFacts) -> str:
        owned = ", ".join(sorted(names.get(one, one) for one in facts.owned))
        about = f"owns {owned}" if owned else "owns none of its tools"
        return f"{about}, and is a member" if facts.is_member else about

    return words
