"""The group that `storefront` and `flask storefront` share; each file here adds its commands."""

import click


@click.group("storefront")
def group() -> None:
    """Run the shop."""
