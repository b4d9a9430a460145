"""Where a working day begins: what needs somebody, and the figures of today."""

from flask import Blueprint, Response

from storefront import clock, database
from storefront.backoffice import attention, desk, figures, matters
from storefront.errors import NotFound

__all__ = ["blueprint", "matters"]

blueprint: Blueprint = desk.room("home", __name__)


@blueprint.get("/backoffice")
def page() -> Response:
    """Show what needs somebody now."""
    db, role, now = database.session(), desk.member().role, clock.now()
    return desk.page(
        "backoffice/home.html",
        piles=attention.piles(db, role, now),
        figures=figures.of_today(db, role, now),
    )


@blueprint.route("/backoffice/<path:rest>", methods=["GET", "POST"])
def nothing_here(rest: str) -> Response:
    """Say that nothing is at an address; a stranger is asked to sign in instead.

    Raises:
        NotFound: always.
    """
    del rest
    raise NotFound
