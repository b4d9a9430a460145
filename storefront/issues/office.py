"""What an issue needs from outside, as a value: no letter knows the app that it is written in."""

from collections.abc import Callable
from dataclasses import dataclass

from jinja2 import Environment

from storefront.plugins import Hooks
from storefront.settings import Settings


@dataclass(frozen=True)
class LetterPicture:
    """A picture as a letter shows it: one file, with its words for whoever sees none."""

    url: str
    path: str  # the same on pages of this shop
    alt: str
    height: int  # at a width of 480 pixels


@dataclass(frozen=True)
class Office:
    """The settings, the templates, the plugins, and how addresses are written."""

    settings: Settings
    jinja: Environment
    hooks: Hooks
    absolute: Callable[[str], str]  # of a path
    picture: Callable[[str], LetterPicture | None]  # of a media name
    archive_url: Callable[[str], str]  # of an issue's slug
    leave_url: Callable[[str, str], str]  # of an address and a list
    preferences_url: Callable[[str], str]  # of an address
