"""Every command of the shop: importing this registers them on the group."""

from storefront.cli import config, demo, migrate, routes
from storefront.cli.group import group

__all__ = ["config", "demo", "group", "migrate", "routes"]
