"""Amounts, shares and days as an operator types them."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask.cli import ScriptInfo

from storefront import web
from storefront.money import Money


class Amount(click.ParamType[int]):
    """An amount in the shop's currency, such as 24.00; it becomes whole minor units."""

    name = "amount"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read it."""
        if isinstance(value, int):  # a default
            return value
        try:
            return Money.read(value, _currency(ctx)).minor
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Share(click.ParamType[int]):
    """A percentage such as 10 or 12.5; it becomes basis points."""

    name = "percent"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Read it."""
        if isinstance(value, int):
            return value
        try:
            points = Money.read(value, "EUR").minor  # two decimals, like a percentage here
        except ValueError:
            self.fail(f"{value!r} is no percentage.", param, ctx)
        return points


def _currency(ctx: click.Context | None) -> str:
    """Tell the shop's currency; words are read before a command has its app."""
    info = ctx.find_object(ScriptInfo) if ctx else None
    if info is None:
        return web.settings().currency
    with info.load_app().app_context():
        return web.settings().currency


AMOUNT, SHARE = Amount(), Share()
DAY = click.DateTime(formats=["%Y-%m-%d"])


def begin_of(day: datetime | None) -> datetime | None:
    """Tell when a day begins where the shop stands."""
    if day is None:
        return None
    zone = ZoneInfo(web.settings().timezone)
    return datetime.combine(day.date(), time(), zone).astimezone(UTC)
