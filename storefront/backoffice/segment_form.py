"""The form of a segment: its rule as JSON, and one more condition at a time for whoever writes none."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.backoffice.fields import Field, Options
from storefront.backoffice.typed import Typed
from storefront.errors import Invalid
from storefront.issues import audience, segments
from storefront.issues.models import Segment
from storefront.issues.office import Office
from storefront.newsletter.models import NewsletterList

DAYS = ("joined_within", "joined_before", "ordered_within")
KINDS: Options = (
    ("", "Nothing more"), ("owns", "Owns a component"), ("interest", "Cares about a part of the body"),
    ("phase", "Follows a programme, or is in a phase"), ("tier", "Membership: member, trial or none"),
    ("joined_within", "Joined within days"), ("joined_before", "Joined more than days ago"),
    ("ordered_within", "Ordered within days"), ("locale", "Reads in a language"),
)  # fmt: skip
ASKED = (
    Field("name", "Name", most=120),
    Field("slug", "Short name", most=60, hint="Small letters, digits and hyphens. The same short name again changes that segment."),
    Field("rule", "Rule", "area", rows=8, most=10_000, optional=True, hint="As JSON. The boxes below write it for you, one condition after the other."),
)  # fmt: skip


def added(choices: Mapping[str, Sequence[tuple[str, str]]]) -> list[Field]:
    """Ask for one more condition; what can be chosen is told."""
    known = [f"{value} ({label})" for several in choices.values() for value, label in several]
    hint = f"A component, a number of days, a language such as en_IE, or one of: {', '.join(known)}" if known else "A component, a number of days, or a language such as en_IE."  # fmt: skip
    joined = (("all", "and"), ("any", "or"))
    return [
        Field("joined", "Joined to the rule by", "select", options=joined),
        Field("kind", "One more condition", "select", options=KINDS),
        Field("value", "Value", most=160, optional=True, hint=hint[:3000]),
        Field("is_not", "The opposite of it", "check"),
    ]


def rule(form: Typed) -> Any:
    """Read the rule, with the condition that is to be added.

    Raises:
        Invalid: one of them cannot be read, or there is none.
    """
    text, kind = form.text("rule"), form.text("kind")
    found = segments.read(text) if text else None
    if kind:
        one = _condition(kind, form.text("value"))
        one = {"kind": "not", "of": one} if form.is_ticked("is_not") else one
        found = segments.read(_joined(found, one, form.text("joined")))
    if found is None:
        raise Invalid(fields={"kind": "Choose at least one condition."})
    return found


def as_text(found: Any) -> str:
    """Write a rule for the form."""
    return json.dumps(segments.written(found), indent=1)


def values(segment: Segment) -> dict[str, str]:
    """Give a segment as the form shows it."""
    text = as_text(segments.read(segment.rule))
    return {"name": segment.name, "slug": segment.slug, "rule": text}


def counts(db: Session, found: Any, office: Office) -> list[tuple[str, int, Sequence[str]]]:
    """Count the readers of each list within a rule, and give samples.

    Raises:
        Invalid: nobody answers for a condition.
    """
    lists = db.scalars(select(NewsletterList).order_by(NewsletterList.position)).all()
    told = []
    for each in lists:
        wanted = audience.of_rule(each.slug, found, office, clock.now())
        told.append((each.name, audience.count(db, wanted), audience.samples(db, wanted)))
    return told


def _condition(kind: str, value: str) -> dict[str, object]:
    if kind in DAYS:
        return {
            "kind": kind,
            "days": int(value) if value.isdecimal() and len(value) < 6 else value,
        }
    return {"kind": kind, "value": value}


def _joined(found: Any, one: dict[str, object], how: str) -> dict[str, object]:
    """Add a condition to a rule: to its group where that is joined the same way."""
    if found is None:
        return one
    old, group = segments.written(found), "any" if how == "any" else "all"
    parts = old["of"] if old["kind"] == group else [old]
    return {"kind": group, "of": [*parts, one]}
