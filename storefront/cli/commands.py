"""Every command of the shop: importing this registers them on the group."""

from collections.abc import Iterable

import click

from storefront.cli import (
    aftersales,
    claims,
    codes,
    config,
    content,
    demo,
    documents,
    export,
    issues,
    jobs,
    ledger,
    letters,
    memberships,
    migrate,
    newsletter,
    orders,
    prices,
    privacy,
    recall,
    rehearse,
    routes,
    seed,
    sending,
    serve,
    staff,
    stock,
    subscribers,
)
from storefront.cli.group import group
from storefront.errors import RefusedToStart

__all__ = [
    "aftersales",
    "claims",
    "codes",
    "config",
    "content",
    "demo",
    "documents",
    "export",
    "group",
    "issues",
    "jobs",
    "ledger",
    "letters",
    "memberships",
    "migrate",
    "newsletter",
    "orders",
    "prices",
    "privacy",
    "recall",
    "rehearse",
    "routes",
    "seed",
    "sending",
    "serve",
    "staff",
    "stock",
    "subscribers",
    "with_plugins",
]  # fmt: skip


def with_plugins(added: Iterable[click.Command]) -> click.Group:
    """Make the group of one app: our commands and its plugins', whatever another app has.

    A plugin's group of the same name as one of ours adds its commands there.

    Raises:
        RefusedToStart: a plugin takes the name of another command.
    """
    made = click.Group("storefront", commands=dict(group.commands), help=group.help)
    for command in added:
        _add(made, command)
    return made


def _add(made: click.Group, command: click.Command) -> None:
    there = made.commands.get(str(command.name))
    if isinstance(there, click.Group) and isinstance(command, click.Group):
        made.add_command(both := click.Group(there.name, dict(there.commands), help=there.help))
        for each in command.commands.values():
            _add(both, each)
    elif there is not None:
        message = f"A plugin adds the command {command.name}, and there is one already."
        raise RefusedToStart(message)
    else:
        made.add_command(command)
