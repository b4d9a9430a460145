"""What a page shows while a device waits for its letter to be confirmed."""

from dataclasses import dataclass, field

from storefront.errors import ShopError
from storefront.newsletter.letters import masked
from storefront.newsletter.models import SignupRequest


@dataclass(frozen=True)
class WaitingPanel:
    """Where the letter went, where to go on, and what was wrong with the last code."""

    masked: str
    next_url: str
    is_confirmed: bool  # elsewhere; this device may open itself
    wants_newsletter: bool
    errors: dict[str, str] = field(default_factory=dict)


def waiting_panel(
    found: SignupRequest | None, next_url: str, problem: ShopError | None = None
) -> WaitingPanel | None:
    """Give the panel for what a device waits for; None when it waits for nothing."""
    if found is None:
        return None
    errors = problem.facts.get("fields") if problem else None
    return WaitingPanel(
        masked=masked(found.email), next_url=next_url,
        is_confirmed=found.confirmed_at is not None, wants_newsletter=found.wants_newsletter,
        errors=errors if isinstance(errors, dict) else {},
    )  # fmt: skip
