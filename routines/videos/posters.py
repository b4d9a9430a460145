"""The still picture of a film: what its routine names, or else what its upload brought."""

from routines.videos.film import Film
from routines.videos.models import VideoAsset
from storefront.public import Picture, pictures

WIDTH, HEIGHT = 640, 360
COLOUR = "#2b3a36"


def of(asset: VideoAsset, film: Film | None) -> Picture:
    """Give the still picture of a film; without any it is the drawing of a tool."""
    if asset.poster or film is None or not film.poster:
        return pictures([asset.poster])[asset.poster]
    return Picture(
        name=film.poster, alt=f"A still from the film “{asset.title}”", width=WIDTH, height=HEIGHT,
        colour=COLOUR, widths=(WIDTH,), formats=("jpg",),
    )  # fmt: skip
