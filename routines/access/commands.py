"""The operator's commands for what is gated; each room adds its own."""

import click


@click.group("content")
def content() -> None:
    """Look after what is gated."""
