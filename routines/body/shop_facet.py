"""The shop's filter by body area: which tools the routines for an area use."""

from collections.abc import Mapping

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from routines.library.models import BodyPart, Facet, Need
from storefront.public import ProductFacet

NAME, LABEL = "area", "Body area"


def product_facets(db: Session, components: Mapping[str, frozenset[str]]) -> list[ProductFacet]:
    """Put each product under the areas whose routines use what it brings, in one statement.

    Args:
        db: the session.
        components: product slug to the components that it brings.
    """
    query = (
        select(BodyPart.slug, BodyPart.name, Need.component)
        .join(Facet, and_(Facet.name == "body_part", Facet.value == BodyPart.slug))
        .join(Need, Need.entry_id == Facet.entry_id)
        .where(BodyPart.is_area).distinct().order_by(BodyPart.position, BodyPart.slug)
    )  # fmt: skip
    names: dict[str, str] = {}
    used: dict[str, set[str]] = {}
    for slug, name, component in db.execute(query.add_columns(BodyPart.position)).columns(0, 1, 2):  # fmt: skip
        names[slug] = name
        used.setdefault(slug, set()).add(component)
    products = {
        product: frozenset(area for area, parts in used.items() if parts & brought)
        for product, brought in components.items()
    }
    return [ProductFacet(NAME, LABEL, tuple(names.items()), products)]
