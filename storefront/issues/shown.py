"""A variant as its templates show it: addresses absolute, words rendered."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from storefront.answers import NewsletterLink
from storefront.issues.frozen import Frozen
from storefront.issues.office import LetterPicture, Office
from storefront.issues.variants import ShownSlot, Variant
from storefront.text import markdown, plain


@dataclass(frozen=True)
class ShownBlock:
    """One block of a letter or of a page of the archive."""

    heading: str
    words: str  # without marks, for the text
    html: Markup
    title: str
    text: str
    url: str
    notes: tuple[str, ...]
    links: tuple[NewsletterLink, ...]
    picture: LetterPicture | None
    is_lead: bool


def context(frozen: Frozen, variant: Variant, office: Office) -> dict[str, Any]:
    """Give what the letter's templates need; readers' own links are put in later."""
    settings = office.settings
    base = settings.origin + settings.url_prefix
    return {
        "subject": " ".join(frozen.subject.split()), "preheader": frozen.preheader, "intro": plain(frozen.intro, base=base),
        "intro_html": markdown(frozen.intro, base=base), "list_name": frozen.list_name,
        "blocks": blocks(variant, office), "archive_url": office.archive_url(frozen.slug) if frozen.is_archived else "",
        "shop_name": settings.shop_name, "support_email": settings.support_email, "base_url": settings.base_url,
        "seller": f"{settings.seller_name}, {settings.seller_address}",
    }  # fmt: skip


def blocks(variant: Variant, office: Office) -> list[ShownBlock]:
    """Give the blocks in order; a slot whose content is gone and that has no words is left out."""
    found = [one for one in variant.slots if one.block or one.slot.text or one.slot.heading]
    return [_block(one, office) for one in found]


def _block(one: ShownSlot, office: Office) -> ShownBlock:
    slot, block = one.slot, one.block
    base = office.settings.origin + office.settings.url_prefix
    links = block.links if block else ()
    return ShownBlock(
        heading=slot.heading, words=plain(slot.text, base=base), html=markdown(slot.text, base=base),
        title=block.title if block else "", text=block.text if block else "",
        url=office.absolute(block.url) if block else "", notes=block.notes if block else (),
        links=tuple(NewsletterLink(link.label, office.absolute(link.url), link.is_main) for link in links),
        picture=office.picture(block.picture) if block and block.picture else None, is_lead=slot.kind == "lead",
    )  # fmt: skip
