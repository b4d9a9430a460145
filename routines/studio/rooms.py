"""The studio whole: its blueprint with every view, and what it tells the desk."""

from routines.studio import (
    editing,
    file_views,
    film_views,
    history_views,
    matters,
    previews,
    review_views,
    seen_views,
    share_views,
    views,
)
from routines.studio.room import blueprint

__all__ = ["blueprint"]
VIEWS = (
    editing,
    file_views,
    film_views,
    history_views,
    matters,
    previews,
    review_views,
    seen_views,
    share_views,
    views,
)
