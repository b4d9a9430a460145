"""Draw the shop's own SVG pictures into the media folder.

    python tools/pictures/draw.py [NAME …]

Run `tools/studio/derive.py` afterwards: it writes what was drawn into media.json.
"""

import sys
from pathlib import Path

from poses import POSES

MEDIA = Path(__file__).parents[2] / "config/demo/media"


def main(names: list[str]) -> None:
    """Draw the named pictures, or all."""
    for name, draw in POSES.items():
        if not names or name in names:
            (MEDIA / f"{name}.svg").write_text(draw().text())


if __name__ == "__main__":
    main(sys.argv[1:])
