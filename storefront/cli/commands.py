"""Every command of the shop: importing this registers them on the group."""

from storefront.cli import config, demo, jobs, ledger, migrate, orders, routes, serve, stock
from storefront.cli.group import group

__all__ = [
    "config", "demo", "group", "jobs", "ledger", "migrate", "orders", "routes", "serve", "stock",
]  # fmt: skip
