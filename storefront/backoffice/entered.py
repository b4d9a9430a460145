"""The code of a letter, typed into a form: the same at the door and for a fresh proof."""

import re
from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database
from storefront.backoffice import desk, devices
from storefront.errors import Invalid, LinkExpired
from storefront.staff import codes

WRONG = "This is not the code of the newest letter."


def take(
    template: str, expired: Callable[[LinkExpired], AnyResponse], go_on: Callable[[str], AnyResponse]
) -> AnyResponse:  # fmt: skip
    """Try a code and go on with what it was asked for, or show the form again."""
    wish_id = devices.wish_id()
    try:
        devices.count_try(wish_id)
        with database.transaction() as db:
            is_right = codes.by_code(db, wish_id, _digits(), clock.now())
    except LinkExpired as error:
        return expired(error)
    except Invalid as error:
        return desk.page(template, 422, problem=error)
    if not is_right:
        return desk.page(template, 422, problem=Invalid(fields={"code": WRONG}))
    return go_on(wish_id)


def _digits() -> str:
    """Give the digits that were typed, however they were copied."""
    return re.sub(r"[\s-]", "", request.form.get("code", ""))
