"""Every command of the shop: importing this registers them on the group."""

from collections.abc import Iterable

import click

from storefront.cli import (
    aftersales,
    codes,
    config,
    demo,
    documents,
    jobs,
    ledger,
    letters,
    migrate,
    orders,
    prices,
    recall,
    routes,
    seed,
    serve,
    staff,
    stock,
    subscribers,
)
from storefront.cli.group import group
from storefront.errors import RefusedToStart

__all__ = [
    "aftersales", "codes", "config", "demo", "documents", "group", "jobs", "ledger", "letters", "migrate", "orders", "prices", "recall", "routes", "seed", "serve", "staff", "stock", "subscribers", "with_plugins",
]  # fmt: skip


def with_plugins(added: Iterable[click.Command]) -> click.Group:
    """Make the group of one app: our commands and its plugins', whatever another app has.

    Raises:
        RefusedToStart: a plugin takes the name of another command.
    """
    made = click.Group("storefront", commands=dict(group.commands), help=group.help)
    for command in added:
        if command.name in made.commands:
            message = f"A plugin adds the command {command.name}, and there is one already."
            raise RefusedToStart(message)
        made.add_command(command)
    return made
