"""What the routines add to the shop: the answers to its hooks."""

from flask import Blueprint

from storefront.public import hookimpl


@hookimpl
def blueprints() -> list[Blueprint]:
    """Hang the routines' pages."""
    return []
