"""The console script: the same commands as `flask storefront` in a host app."""

import sys

from flask.cli import ScriptInfo
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError

from storefront.app import create_app
from storefront.cli.commands import with_plugins
from storefront.errors import Invalid, RefusedToStart, ShopError


def main() -> None:
    """Run a command; what goes wrong in a foreseeable way is a sentence and exit code 1."""
    try:
        from storefront.plugins import Hooks

        group = with_plugins(Hooks().commands())
        group.main(obj=ScriptInfo(create_app=lambda: create_app()), prog_name="storefront")
    except ValidationError as error:
        _refuse("\n".join(_setting(one["loc"], one["msg"]) for one in error.errors()))
    except ArgumentError:
        _refuse(
            "DATABASE_URL is no address of a database, such as postgresql+psycopg://user@host/name."
        )
    except DBAPIError as error:
        _refuse(f"The database did not answer: {str(error.orig).splitlines()[0]}")
    except OSError as error:
        _refuse(f"{error.strerror}: {error.filename}")
    except Invalid as error:
        _refuse("\n".join(dict.fromkeys([str(error), *error.fields.values()])))
    except (RefusedToStart, ShopError) as error:
        _refuse(str(error))


def _setting(place: tuple[str | int, ...], reason: str) -> str:
    name = ".".join(map(str, place)).upper()
    return f"{name}: {reason}." if name else f"{reason}."


def _refuse(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
