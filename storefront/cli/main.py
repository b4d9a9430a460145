"""The console script: the same commands as `flask storefront` in a host app."""

import sys

from flask.cli import ScriptInfo

from storefront.app import create_app
from storefront.cli.commands import with_plugins
from storefront.errors import RefusedToStart, ShopError


def main() -> None:
    """Run a command; what goes wrong in a foreseeable way is a sentence and exit code 1."""
    try:
        from storefront.hooks import Hooks

        group = with_plugins(Hooks().commands())
        group.main(obj=ScriptInfo(create_app=lambda: create_app()), prog_name="storefront")
    except (RefusedToStart, ShopError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
