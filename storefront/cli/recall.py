"""`recall`: take back what is dangerous; see whom it reached and what they answered."""

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.aftersales import recall as service
from storefront.aftersales import recall_find
from storefront.aftersales.recall import Draft, Preview
from storefront.aftersales.recall_models import REMEDIES, Recall
from storefront.cli.group import group
from storefront.cli.orders import JSON, show


@group.group("recall")
def recall() -> None:
    """Recall goods by lot."""


@recall.command("create")
@click.option("--title", required=True, help="What is recalled, in a few words.")
@click.option("--hazard", required=True, help="What can happen.")
@click.option("--what-to-do", required=True, help="What whoever has one should do now.")
@click.option("--sku", "skus", multiple=True, required=True, help="Repeat for several.")
@click.option("--lot", "lots", multiple=True, help="Repeat for several; none = every lot.")
@click.option(
    "--remedy",
    "remedies",
    multiple=True,
    type=click.Choice(REMEDIES),
    default=("refund",),
    show_default=True,
    help="What is offered; repeat for several.",
)
@click.option("--by", default="shop", show_default=True, help="Who decides.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def create(by: str, *, yes: bool, **told: str) -> None:
    """Say whom a recall would reach, ask, then block the sale, publish and write to buyers."""
    draft = Draft(**told)
    for line in _counts(service.preview(database.session(), draft)):
        click.echo(line)
    if not yes:
        click.confirm("Publish it, block the sale and write to them?", abort=True)
    with database.transaction() as db:
        slug = service.create(db, draft, by=by).slug
    click.echo(f"/recalls/{slug} is published; the worker writes the letters.")


@recall.command("list")
@JSON
@with_appcontext
def list_recalls(as_json: bool) -> None:
    """List recalls, newest first."""
    db = database.session()
    show([_short(db, found) for found, _ in recall_find.published(db)], as_json)


@recall.command("show")
@click.argument("slug")
@JSON
@with_appcontext
def show_recall(slug: str, as_json: bool) -> None:
    """List the affected orders of a recall: lot known or not, what was chosen, what is to do."""
    db = database.session()
    rows = [
        {"order": notice.order.number, "email": notice.order.email,
         "lots": ", ".join(one["lot"] or "unknown" for one in notice.pieces),
         "lot": "known" if notice.is_certain else "lot unknown",
         "remedy": notice.remedy or "no answer", "to_do": notice.to_do}
        for notice in service.notices(db, service.find(db, slug))
    ]  # fmt: skip
    show(rows, as_json)


def _counts(found: Preview) -> list[str]:
    return [
        f"Orders with recalled lots: {found.orders}, {found.pieces} pieces in all.",
        f"More orders whose lot nobody wrote down: {found.orders_unknown}. Such pieces in all: {found.pieces_unknown}.",
        f"Buyers who get a letter: {found.buyers}.",
        f"Orders that wait for such goods: {', '.join(found.to_be_sent) or 'none'}.",
    ]  # fmt: skip


def _short(db: Session, found: Recall) -> dict[str, object]:
    notices = service.notices(db, found)
    return {
        "slug": found.slug, "title": found.title, "published_at": clock.written(found.published_at),
        "skus": ", ".join(goods.sku for goods in found.goods), "lots": ", ".join(found.lots),
        "written_to": len(notices), "unknown": sum(not one.is_certain for one in notices),
        "answered": sum(one.remedy is not None for one in notices),
    }  # fmt: skip
