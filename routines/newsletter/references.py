"""How an issue names content: the kind, the slug and the frozen revision, such as routine:calf@3."""

import re
from typing import NamedTuple

from routines.library.models import KINDS

FORM = re.compile(rf"({'|'.join(KINDS)}):([a-z0-9-]{{1,80}})@([1-9][0-9]{{0,8}})")


class Named(NamedTuple):
    """What a reference points at."""

    kind: str
    slug: str
    revision: int


def written(kind: str, slug: str, revision: int) -> str:
    """Write a reference."""
    return f"{kind}:{slug}@{revision}"


def read(reference: str) -> Named | None:
    """Read a reference; None when it is another's, or none at all."""
    match = FORM.fullmatch(reference)
    return Named(match[1], match[2], int(match[3])) if match else None
