"""The shop."""

from typing import TYPE_CHECKING, Any

from storefront.version import __version__

__all__ = ["Storefront", "__version__", "create_app", "host_tables_only"]

if TYPE_CHECKING:
    from storefront.app import create_app
    from storefront.database import host_tables_only
    from storefront.extension import Storefront


def __getattr__(name: str) -> Any:
    """Load the three names a host needs when they are asked for, so that importing stays quick."""
    if name == "Storefront":
        from storefront.extension import Storefront

        return Storefront
    if name == "create_app":
        from storefront.app import create_app

        return create_app
    if name == "host_tables_only":
        from storefront.database import host_tables_only

        return host_tables_only
    raise AttributeError(name)
