"""Rules for the text: sources for what is claimed, no promise of a cure, people who are somebody."""

import re
from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from routines.library.documents import Article, Condition, Published
from routines.library.pieces import Claim, Reference
from routines.library.rules.lacks import Lack, texts

CITATION = re.compile(r"\[@([a-z0-9-]+)\]")
EVIDENCE = re.compile(r"\b(stud(y|ies)|trials?|research|evidence|proven|scientists?)\b", re.IGNORECASE)  # fmt: skip
CLAIM = re.compile(
    r"\b(reduces?|relieves?|prevents?|protects? (you )?(from|against)|lowers? (the|your) risk|improves?|boosts?"
    r"|increases? (your |the )?(flexibility|mobility|blood flow|circulation|range|endurance)"
    r"|speeds? (up )?(your |the )?(recovery|healing)|is effective|works better than|clinically|scientifically)\b",
    re.IGNORECASE,
)
DOUBT = re.compile(r"\b(nobody (really )?knows|(we|you) do not know|(is|are) not known|unknown|whether|not a promise)\b", re.IGNORECASE)  # fmt: skip
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z*_\"“])")
NOBODY = ("admin", "anonymous", "author", "editor", "editorial team", "n/a", "staff", "team", "unknown")  # fmt: skip
CURES = (
    r"\b(cures?|cured|curing)\b",
    r"\bheals?\b(?! (over|up on its own))",
    r"\bpain[- ]free (in|within|after)\b",
    r"\bguarantee[ds]?\b",
    r"\bmiracle\b",
    r"\bdetox",
    r"\b(treats?|eliminates?|gets? rid of) (your |the )?(arthritis|sciatica|disease|inflammation|injur|pain|cramps?)",
    r"\breplaces? (your )?(doctor|physio|medicine|medication)",
    r"\binstead of (a|your) (doctor|medicine|medication)",
)
CURE_WORDING = re.compile("|".join(CURES), re.IGNORECASE)


def cited(text: str) -> list[str]:
    """Name the references that a text cites, in the order of their first citation."""
    return list(dict.fromkeys(CITATION.findall(text)))


def review(document: Published) -> Iterator[Lack]:
    """Somebody wrote it, and somebody else checked it on a day that exists."""
    try:
        date.fromisoformat(document.review.on)
    except ValueError:
        yield Lack(("review", "on"), f"{document.review.on} is not a day of the calendar.")
    for field, person in (
        (("author",), document.author),
        (("review", "by"), document.review.by),
    ):
        if person.name.casefold() in NOBODY or not re.search(r"[^\W\d_]{2}", person.name):
            yield Lack((*field, "name"), f'"{person.name}" is nobody: name a person.')
        if not person.credentials:
            yield Lack((*field, "credentials"), f"Say what {person.name} is: the credentials are empty.")  # fmt: skip
        if person.demo and "demo" not in person.credentials.casefold():
            yield Lack((*field, "credentials"), f"{person.name} is a demo person: the credentials must say so.")  # fmt: skip
    if document.author.name.casefold() == document.review.by.name.casefold():
        yield Lack(("review", "by"), "The author cannot review their own text.")


def promises(document: BaseModel) -> Iterator[Lack]:
    """No text promises a cure; titles of other people's work may."""
    for field, text in texts(document):
        if field[:1] != ("references",):
            for match in CURE_WORDING.finditer(text):
                yield Lack(field, f'"{match.group()}" promises a cure: say what it is for instead.')  # fmt: skip


def sources(document: Published | Condition) -> Iterator[Lack]:
    """What is cited is listed, and what is claimed about health is cited."""
    keys = [reference.key for reference in document.references]
    yield from _twice(document.references)
    for key in cited(document.body):
        if key not in keys:
            yield Lack(("body",), f"The text cites {key}, which is not among the references.")
    for part in re.split(r"^## ", document.body, flags=re.MULTILINE):
        if EVIDENCE.search(part) and not CITATION.search(part):
            yield Lack(("body",), f'The part "{_start(part)} …" speaks of evidence and cites none.')  # fmt: skip
    claims = document.claims if isinstance(document, Article) else ()
    yield from _claims(document.body, claims, keys)
    yield from _unsourced(document.body, claims)


def encyclopedia(article: Article) -> Iterator[Lack]:
    """An article says that its claims have sources, and an encyclopedia has some."""
    if not article.claims_sourced:
        yield Lack(("claims_sourced",), "Health claims need their sources before this can be published.")  # fmt: skip
    if article.kind == "encyclopedia" and not cited(article.body):
        yield Lack(("references",), "An encyclopedia article cites at least one reference.")


def _twice(references: tuple[Reference, ...]) -> Iterator[Lack]:
    keys = [reference.key for reference in references]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield Lack(("references", index), f"The reference {key} is listed twice.")


def _claims(body: str, claims: tuple[Claim, ...], keys: list[str]) -> Iterator[Lack]:
    """A claim stands in the text word for word, and its references are listed."""
    text = _bare(body)
    for index, claim in enumerate(claims):
        if _bare(claim.text) not in text:
            yield Lack(("claims", index, "text"), f'The text does not say "{_start(claim.text)} …" word for word.')  # fmt: skip
        for place, key in enumerate(claim.references):
            if key not in keys:
                yield Lack(("claims", index, "references", place), f"The claim names {key}, which is not among the references.")  # fmt: skip


def _unsourced(body: str, claims: tuple[Claim, ...]) -> Iterator[Lack]:
    """A sentence that claims an effect on health stands in a paragraph with a source, or among the claims."""
    told = [_bare(claim.text) for claim in claims]
    for paragraph in body.split("\n\n"):
        if CITATION.search(paragraph) or not CLAIM.search(paragraph):
            continue
        for sentence in SENTENCE_END.split(paragraph):
            bare = _bare(sentence)
            if not CLAIM.search(bare) or DOUBT.search(bare) or bare.endswith("?"):
                continue
            if not any(claim in bare or bare in claim for claim in told):
                yield Lack(("body",), f'"{_start(bare)} …" claims an effect on health: cite its source, or leave it out.')  # fmt: skip


def _bare(text: str) -> str:
    """Give a text without marks of citation and emphasis, with single spaces."""
    return " ".join(re.sub(r"\[@[a-z0-9-]+\]|[*_`#>]", "", text).split()).replace(" .", ".")


def _start(text: str) -> str:
    return " ".join(text.split()[:6])
