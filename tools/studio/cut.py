"""Cut finished follow-along films into fragments that HLS finds by byte range: one file for both ways to play.

    python tools/studio/cut.py [NAME ...]

Nothing is encoded again. The MP4 stays one that plays by itself; the playlist beside it adds some 3 kB.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from environment import MEDIA

GATED = MEDIA / "gated"
SECONDS = 10  # at least; a fragment begins where the film has a key frame


def cut(name: str) -> None:
    """Cut a film, and write its playlist into its HLS folder."""
    film, folder = GATED / f"{name}.mp4", GATED / f"{name}-hls"
    with tempfile.TemporaryDirectory(dir=GATED) as place:
        made, playlist = Path(place) / film.name, Path(place) / "master.m3u8"
        command = [
            "ffmpeg", "-y", "-v", "error", "-i", str(film), "-map_metadata", "-1", "-c", "copy",
            "-f", "hls", "-hls_time", str(SECONDS), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
            "-hls_flags", "single_file", "-hls_segment_filename", str(made), str(playlist),
        ]  # fmt: skip
        subprocess.run(command, check=True)
        folder.mkdir(exist_ok=True)
        text = playlist.read_text().replace(film.name, f"../{film.name}")
        (folder / playlist.name).write_text(text)
        made.replace(film)


def main() -> None:
    """Cut the films that are asked for, or all."""
    films = sys.argv[1:] or [file.stem for file in sorted(GATED.glob("*-follow-along.mp4"))]
    for name in films:
        cut(name)
        print(f"{name}: {(GATED / f'{name}.mp4').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
