"""`codes` and `gift-cards`: what takes something off, and what pays."""

from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from storefront import clock, database, web
from storefront.cli.amounts import AMOUNT, DAY, SHARE, begin_of
from storefront.cli.group import group
from storefront.cli.orders import JSON, MOST, show
from storefront.pricing import campaigns, gift_cards
from storefront.pricing.campaigns import Wanted
from storefront.pricing.models import KINDS, GiftCard, Promotion


@group.group("codes")
def codes() -> None:
    """Make promotions and codes, and look at them."""


@codes.command("create")
@click.argument("name")
@click.option("--kind", type=click.Choice(KINDS), default="percent", show_default=True)
@click.option("--code", help="Without one it applies by itself.")
@click.option("--percent", "basis_points", type=SHARE, default=0)
@click.option(
    "--amount", "amount_minor", type=AMOUNT, default=0, help="Taken off, or the kit's price."
)
@click.option("--buy", "buy_quantity", type=click.IntRange(0, 1000), default=0)
@click.option("--get", "get_quantity", type=click.IntRange(0, 1000), default=0)
@click.option("--kit", multiple=True, help="A product of the kit; twice for two pieces.")
@click.option("--product", "products", multiple=True, help="Only this product.")
@click.option("--collection", "collections", multiple=True, help="Only what is on this shelf.")
@click.option("--min-spend", "min_spend_minor", type=AMOUNT, default=0)
@click.option("--first-order", "first_order_only", is_flag=True)
@click.option("--alone", is_flag=True, help="It does not combine with others.")
@click.option("--from", "starts", type=DAY)
@click.option("--until", "ends", type=DAY, help="The first day that it no longer counts.")
@click.option("--budget", "budget_minor", type=AMOUNT)
@click.option("--limit", type=click.IntRange(1), help="Uses of the code in all.")
@click.option("--limit-each", type=click.IntRange(1), help="Uses of the code by one customer.")
@with_appcontext
def create(
    name: str, code: str | None, kit: tuple[str, ...], alone: bool, starts: datetime | None,
    ends: datetime | None, limit: int | None, limit_each: int | None, **facts: Any,
) -> None:  # fmt: skip
    """Make a promotion, NAME being what buyers read in their sum."""
    wanted = Wanted(
        name=name, kit={slug: kit.count(slug) for slug in kit}, combines=not alone,
        starts_at=begin_of(starts), ends_at=begin_of(ends), needs_code=bool(code), **facts,
    )  # fmt: skip
    with database.transaction() as db:
        promotion = campaigns.create(db, wanted)
        if code:
            made = campaigns.add_code(
                db, promotion, code, limit_total=limit, limit_each=limit_each
            )
            code = made.code
        told = f"Promotion {promotion.id}: {f'code {code}' if code else 'applies by itself'}."
    click.echo(told)


@codes.command("list")
@JSON
@with_appcontext
def list_codes(as_json: bool) -> None:
    """List promotions, their codes and how often they were used."""
    show([_row(each) for each in campaigns.everything(database.session())], as_json)


@codes.command("stop")
@click.argument("promotion_id", type=int)
@click.option("--again", is_flag=True, help="Let it count again.")
@with_appcontext
def stop(promotion_id: int, again: bool) -> None:
    """Stop a promotion; orders that have it keep it."""
    with database.transaction() as db:
        campaigns.set_active(db, promotion_id, is_active=again)
    click.echo(f"Promotion {promotion_id}: {'counts again' if again else 'stopped'}.")


def _row(promotion: Promotion) -> dict[str, Any]:
    return {
        "id": promotion.id, "name": promotion.name, "kind": promotion.kind,
        "codes": " ".join(f"{each.code}:{each.used}" for each in promotion.codes),
        "is_active": promotion.is_active, "spent_minor": promotion.spent_minor,
        "budget_minor": promotion.budget_minor, "ends_at": clock.written(promotion.ends_at),
    }  # fmt: skip


@group.group("gift-cards")
def cards() -> None:
    """Issue gift cards and look at them."""


@cards.command("issue")
@click.argument("amount", type=AMOUNT)
@click.option("--email", default="", help="Who gets the letter with the code.")
@click.option("--note", default="", help="Why, for us.")
@click.option("--until", "ends", type=DAY, help="The first day that it no longer pays.")
@with_appcontext
def issue(amount: int, email: str, note: str, ends: datetime | None) -> None:
    """Issue a card over AMOUNT; its code is shown now and never again."""
    with database.transaction() as db:
        made = gift_cards.issue(
            db, amount, web.settings(), email=email, note=note, ends_at=begin_of(ends)
        )
        told = f"Gift card {made.card.id}: {made.code}"
    click.echo(told)


@cards.command("list")
@MOST
@JSON
@with_appcontext
def list_cards(most: int, as_json: bool) -> None:
    """List cards and what is left on them, newest first."""
    newest = select(GiftCard).order_by(GiftCard.id.desc()).limit(most)
    rows = [
        {"id": each.id, "ends": each.ends, "balance_minor": each.balance_minor,
         "currency": each.currency, "is_blocked": each.is_blocked, "note": each.note}
        for each in database.session().scalars(newest)
    ]  # fmt: skip
    show(rows, as_json)


@cards.command("block")
@click.argument("card_id", type=int)
@click.option("--again", is_flag=True, help="Let it pay again.")
@with_appcontext
def block(card_id: int, again: bool) -> None:
    """Stop a card from paying."""
    with database.transaction() as db:
        gift_cards.block(db, card_id, is_blocked=not again)
    click.echo(f"Gift card {card_id}: {'pays again' if again else 'blocked'}.")
