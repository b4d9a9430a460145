"""Look an issue over before it is scheduled: its words, its links, its weight, and what must not leak."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront.answers import ReaderFacts
from storefront.issues import findings, proposals, shown
from storefront.issues.edition import Edition
from storefront.issues.findings import Finding
from storefront.issues.frozen import NOBODY
from storefront.issues.models import Issue
from storefront.issues.office import Office
from storefront.issues.variants import Variant

MOST_VARIANTS = 24  # that are looked at
READER = ReaderFacts(reads=True)


@dataclass(frozen=True)
class Report:
    """All that was found, and where the issue leads outside."""

    findings: tuple[Finding, ...]
    external: tuple[str, ...]

    @property
    def is_stopped(self) -> bool:
        """Tell whether something forbids to send it."""
        return any(one.level == "stop" for one in self.findings)


def look_over(
    db: Session, issue: Issue, office: Office, answers: Callable[[str], bool],
    facts: Iterable[ReaderFacts] = (),
) -> Report:  # fmt: skip
    """Check an issue; `answers` tells whether a path of this shop leads somewhere.

    Looked at are the letters of these kinds of readers, of a reader who owns nothing and of nobody in particular.
    """
    edition = Edition.of(db, issue.id, office)
    wanted = [*dict.fromkeys([NOBODY, READER, *facts])][:MOST_VARIANTS]
    variants = {one.key: one for one in edition.variants.of(db, wanted).values()}
    found = findings.of_subject(issue.subject, issue.preheader)
    found += _of_slots(db, issue, office, [*variants.values()])
    secrets = office.hooks.newsletter_secrets(db, edition.frozen.references)
    addresses: dict[str, None] = {}
    for variant in variants.values():
        written = whole(edition, variant)
        found += findings.leaks(variant.name, written, secrets)
        found += findings.of_weight(variant.name, edition.rendered(variant))
        found += findings.of_pictures(shown.blocks(variant, office))
        addresses |= dict.fromkeys(findings.links(written))
    inside, external = _sorted_out(addresses, office.settings.base_url)
    found += [Finding("stop", f"{url} leads nowhere.") for url, path in inside if not answers(path)]  # fmt: skip
    return Report(tuple(dict.fromkeys(found)), external)


def whole(edition: Edition, variant: Variant) -> str:
    """Give all that a variant says, as its templates write it."""
    context = shown.context(edition.frozen, variant, edition.office)
    nothing = {"leave_url": "", "preferences_url": ""}
    jinja = edition.office.jinja
    names = ("body.txt", "body.mjml")
    written = [
        jinja.get_template(f"email/newsletter_issue/{name}").render(context | nothing)
        for name in names
    ]
    return "\n".join(written)


def _of_slots(
    db: Session, issue: Issue, office: Office, variants: Sequence[Variant]
) -> list[Finding]:
    if not issue.slots:
        return [Finding("stop", "The issue has no slot.")]
    before = proposals.mailed(db, issue.list_slug, but=issue.id)
    known = {one.reference: one for one in office.hooks.newsletter_items(db, None)}
    found = []
    for slot in variants[0].slots:
        reference = slot.slot.reference
        if reference and slot.block is None:
            found.append(Finding("warn", f"{reference} is not there any more; its slot shows its words only."))  # fmt: skip
        if not (reference or slot.slot.text or slot.slot.heading):
            found.append(Finding("warn", "A slot is empty and is left out."))
        title = slot.block.title if slot.block else reference
        if reference and proposals.thing(reference) in before:
            found.append(Finding("warn", f"“{title}” was mailed before, in {before[proposals.thing(reference)]}."))  # fmt: skip
        if reference in known and known[reference].unsourced:
            found.append(
                Finding("warn", f"“{title}” makes a claim of health without a reference.")
            )
    return found


def _sorted_out(
    addresses: Iterable[str], base_url: str
) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Tell our own addresses with their paths from those of others."""
    start = base_url.rstrip("/") + "/"
    inside = [
        (url, url[len(start) - 1 :]) for url in addresses if (url + "/").startswith(start)
    ]
    external = tuple(url for url in addresses if not (url + "/").startswith(start))
    return inside, external
