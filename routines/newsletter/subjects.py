"""What a block of an issue is about: the frozen revision, its tools, and what its gate asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from routines.access.decide import Resource
from routines.library import service
from routines.library.documents import Published, Routine
from routines.library.tools import Need, needs
from routines.newsletter import references
from routines.toolbox.service import component_names
from routines.videos import service as videos
from storefront.public import NotFound, ProductListing, listings_for_components


@dataclass(frozen=True)
class Subject:
    """One thing of an issue, before it is known who reads."""

    reference: str
    kind: str
    slug: str
    document: Published
    required: tuple[Need, ...] = ()
    gate: Resource | None = None  # of its video

    @property
    def components(self) -> frozenset[str]:
        """Name what somebody may own that changes how this is shown."""
        parts = {need.component for need in self.required}
        others = {one.component for need in self.required for one in need.stand_ins}
        gated = self.gate.components if self.gate else frozenset()
        return frozenset(part for part in {*parts, *others, *gated} if part)


@dataclass(frozen=True)
class Shelf:
    """How components are called, and what brings them."""

    names: Mapping[str, str]
    listings: Sequence[ProductListing]


def subjects(db: Session, wanted: Sequence[str]) -> list[Subject]:
    """Read what is named, each in its revision; what is not ours or was never published is left out."""
    found = [_subject(db, reference) for reference in wanted]
    return [one for one in found if one is not None]


def shelf(db: Session, found: Sequence[Subject]) -> Shelf:
    """Find names and products for all of them at once."""
    parts = {need.component for one in found for need in one.required}
    parts.update(*(one.gate.components for one in found if one.gate))
    return Shelf(component_names(db), listings_for_components(db, parts) if parts else ())


def _subject(db: Session, reference: str) -> Subject | None:
    named = references.read(reference)
    if named is None:
        return None
    try:
        if named.kind == "routine":
            return _routine(db, reference, named.slug, named.revision)
        find = service.find_article if named.kind == "article" else service.find_programme
        found = find(db, named.slug, named.revision)
    except NotFound:
        return None
    return Subject(reference, named.kind, named.slug, found.document)


def _routine(db: Session, reference: str, slug: str, revision: int) -> Subject:
    found = service.find_routine(db, slug, revision)
    document: Routine = found.document
    shown = videos.of_entry(db, found.id)
    required = tuple(need for need in needs(document) if need.role == "required")
    gate = videos.resource(shown[0]) if shown else None
    return Subject(reference, "routine", slug, document, required, gate)
