"""How readers of each kind are shown things of an issue: what `decide` grants, and no more.

An owner is led to do it now; somebody without a tool is told the missing part and what at home
stands in for it; behind a closed gate stand the preview, the reason and the cheapest way in.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from routines.access.decide import Decision, Viewer, decide
from routines.library import cards
from routines.library.cards import listed
from routines.library.documents import Routine
from routines.library.tools import lower_first, spoken
from routines.newsletter.subjects import Shelf, Subject, shelf, subjects
from routines.newsletter.ways import way_in
from routines.toolbox.coverage import Coverage, coverage
from storefront.public import NewsletterBlock, NewsletterLink, ReaderFacts, clock, web

READER = "reader"  # stands for an address in the gate's question: whose it is does not matter
ACTIONS = {"article": "Read it", "programme": "See the programme", "routine": "See the routine"}


def blocks(
    db: Session, references: Sequence[str], facts: Sequence[ReaderFacts]
) -> dict[ReaderFacts, list[NewsletterBlock]]:
    """Show each thing to readers of each kind; what things are about is read once for all."""
    found, now = subjects(db, references), clock.now()
    shop = shelf(db, found)
    return {one: [_block(db, subject, one, shop, now) for subject in found] for one in facts}


def viewer(facts: ReaderFacts) -> Viewer:
    """Give what the gate may know of a reader; nobody in particular is a stranger."""
    return Viewer(
        email=READER if facts.reads else None, reads_newsletter=facts.reads,
        owned=facts.owned if facts.reads else frozenset(), is_member=facts.reads and facts.is_member,
    )  # fmt: skip


def _block(
    db: Session, subject: Subject, facts: ReaderFacts, shop: Shelf, now: datetime
) -> NewsletterBlock:
    if isinstance(subject.document, Routine):
        return _routine(db, subject, subject.document, facts, shop, now)
    return _made(subject, "open", [], [_page(subject, is_main=True)])


def _routine(
    db: Session,
    subject: Subject,
    routine: Routine,
    facts: ReaderFacts,
    shop: Shelf,
    now: datetime,
) -> NewsletterBlock:
    who = viewer(facts)
    told = coverage(who.owned, subject.required)
    state, notes, links = _tools(subject, told, who, shop)
    if subject.gate is not None:
        decision = decide(who, subject.gate, now)
        state += "" if decision.allowed else " locked"
        notes += _video(routine, decision)
        links += [] if decision.allowed else way_in(db, subject, decision, shop)
    return _made(subject, state, notes, links)


def _tools(
    subject: Subject, told: Coverage, who: Viewer, shop: Shelf
) -> tuple[str, list[str], list[NewsletterLink]]:
    """Say what is at hand: for nobody in particular what it takes, for a reader what is missing."""
    if not subject.required:
        return "ready", ["No tools needed."], [_play(subject)]
    if who.email is None:
        parts = listed(spoken(need.component, shop.names) for need in subject.required)
        return "stranger", [f"You need: {parts}."], [_page(subject, is_main=True)]
    if told.state == "ready":
        return "ready", ["You have every tool it needs."], [_play(subject)]
    instead = _instead(told, shop)
    if told.state == "with_stand_in":
        return "stand-in", [instead], [_play(subject)]
    missing = listed(f"the {spoken(part, shop.names)}" for part in told.missing)
    notes = [f"You are missing {missing}.", *([instead] if instead else [])]
    return "missing", notes, [*_offers(told, shop), _page(subject, is_main=True)]


def _instead(told: Coverage, shop: Shelf) -> str:
    """Name what does the job of parts that are not owned."""
    words = [
        f"instead of the {spoken(part, shop.names)},"
        f" {lower_first(one.household or spoken(one.component or '', shop.names))}"
        for part, one in told.standing_in
    ]
    text = "; ".join(words)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _offers(told: Coverage, shop: Shelf) -> list[NewsletterLink]:
    """Lead to the cheapest product that brings the first missing part, if it can be bought."""
    part = told.missing[0]
    offers = [
        (variant.price_minor, variant.price_text, product)
        for product in shop.listings
        for variant in product.variants
        if part in variant.components and variant.available
    ]
    if not offers:
        return []
    _, price, product = min(offers, key=lambda offer: (offer[0], offer[2].slug))
    return [NewsletterLink(f"{product.name}, {price}", product.url)]


def _video(routine: Routine, decision: Decision) -> list[str]:
    """Say whether the video is open and why; a closed one is told by what is open without it."""
    if decision.allowed:
        return [f"With a video to follow along. {decision.reason}"]
    first = routine.sections[0].steps[0].exercise
    return [
        f"How it begins: {first.title}. {first.start_position}",
        f"All steps are open; only its video is closed to you. {decision.reason}",
    ]


def _made(
    subject: Subject, state: str, notes: Sequence[str], links: Sequence[NewsletterLink]
) -> NewsletterBlock:
    document = subject.document
    return NewsletterBlock(
        reference=subject.reference, state=state, title=document.title, text=document.summary,
        url=cards.address(subject.kind, subject.slug), notes=tuple(notes), links=tuple(links),
        picture=document.picture, components=subject.components,
    )  # fmt: skip


def _page(subject: Subject, *, is_main: bool) -> NewsletterLink:
    return NewsletterLink(
        ACTIONS[subject.kind], cards.address(subject.kind, subject.slug), is_main
    )


def _play(subject: Subject) -> NewsletterLink:
    url = web.path_for("routines_player.play_page", slug=subject.slug)
    return NewsletterLink("Do it now", url, is_main=True)
