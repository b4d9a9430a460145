"""Who gets which variant: readers counted by what decides how they are shown an issue, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, distinct, func, literal, select
from sqlalchemy.orm import Session

from storefront.answers import ReaderFacts
from storefront.issues.audience import audience, give_room
from storefront.issues.edition import Edition
from storefront.issues.models import Issue
from storefront.issues.variants import Variant
from storefront.memberships.models import Membership
from storefront.memberships.service import is_member_clause
from storefront.newsletter.models import Subscriber
from storefront.ownership.models import Owned
from storefront.ownership.service import is_active

MOST_COMPONENTS = 40  # each is one bit of a number
MOST_KINDS = 200


@dataclass(frozen=True)
class Share:
    """A variant and how many readers get it today."""

    variant: Variant
    facts: ReaderFacts  # of one kind of reader who gets it
    readers: int


def shares(db: Session, issue: Issue, edition: Edition, now: datetime) -> list[Share]:
    """Count the readers of each variant, the most read first."""
    kinds = _kinds(db, issue, edition, now)
    variants = edition.variants.of(db, [facts for facts, _ in kinds])
    found: dict[str, Share] = {}
    for facts, readers in kinds:
        variant = variants[edition.variants.that_matter(facts)]
        known = found.get(variant.key)
        found[variant.key] = Share(
            variant, known.facts if known else facts, readers + (known.readers if known else 0)
        )
    return sorted(found.values(), key=lambda share: -share.readers)


def _kinds(
    db: Session, issue: Issue, edition: Edition, now: datetime
) -> Sequence[tuple[ReaderFacts, int]]:
    """Count readers by the components that matter, as bits, and by membership."""
    wanted = audience(db, issue, edition.office)
    give_room(db, wanted)
    parts = sorted(edition.variants.components)[:MOST_COMPONENTS]
    bits = {part: 1 << n for n, part in enumerate(parts)}
    mine = and_(Owned.email == Subscriber.email, Owned.component.in_(parts), is_active(now))
    bit = case(bits, value=Owned.component, else_=0) if bits else literal(0)
    settings = edition.office.settings
    paying = select(Membership.email).distinct().where(is_member_clause(now, settings))
    member = paying.subquery()
    each = (
        select(
            func.coalesce(func.sum(distinct(bit)), 0).label("bits"), func.max(case((member.c.email.is_not(None), 1), else_=0)).label("member")
        )
        .select_from(Subscriber)
        .outerjoin(Owned, mine)
        .outerjoin(member, member.c.email == Subscriber.email)
        .where(Subscriber.id.in_(wanted))
        .group_by(Subscriber.id)
        .subquery()
    )  # fmt: skip
    many = func.count().label("many")
    rows = select(each.c.bits, each.c.member, many).group_by(each.c.bits, each.c.member)
    found = db.execute(rows.order_by(many.desc()).limit(MOST_KINDS))
    return [(_facts(int(mask), bool(paid), bits), count) for mask, paid, count in found]


def _facts(mask: int, is_member: bool, bits: dict[str, int]) -> ReaderFacts:
    owned = frozenset(part for part, bit in bits.items() if mask & bit)
    return ReaderFacts(owned, is_member, reads=True)
