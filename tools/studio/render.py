"""Render the stills that changed, one process for each.

    python tools/studio/render.py [--only NAME ...] [--draft | --final] [--missing] [--list]

An entry of products.yaml is built by products.py, one of poses.yaml by poses.py, one of bodymap.yaml by
bodymap.py: each has `build(entry)`, which fills the empty scene, camera included. A still is rendered again
when its entry or the code that draws it has changed; a run that was stopped goes on where it was.
"""

import argparse
import ast
import hashlib
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path

import yaml
from environment import STILLS, STUDIO

KINDS = {  # name of the file of entries and of the module that draws them: size of its stills
    "products": (720, 720),
    "poses": (960, 640),
    "bodymap": (560, 1000),
}
SAMPLES = {"draft": 8, "final": 24}
FEWER = {"products": 8}  # plain things are clean with less
DRAFT_WIDTH = 480


def entries(kind: str) -> dict[str, dict]:
    """All entries of one kind, by name."""
    file = STUDIO / f"{kind}.yaml"
    raw = yaml.safe_load(file.read_text()) if file.exists() else {}
    return importlib.import_module("posing").entries(raw) if "poses" in raw else raw


def find(name: str) -> tuple[str, dict]:
    """The kind and the entry of a name."""
    for kind in KINDS:
        found = entries(kind)
        if name in found:
            return kind, found[name]
    raise SystemExit(f"{name}: no such entry")


def drawn_by(module: str, known: tuple[str, ...] = ("render", "environment")) -> list[str]:
    """A module of the studio and all it imports from the studio, by name."""
    found = [module]
    tree = ast.parse((STUDIO / f"{module}.py").read_text())
    for node in ast.walk(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            if name not in (*known, *found) and (STUDIO / f"{name}.py").exists():
                found += drawn_by(name, (*known, *found))
    return found


def samples(kind: str, quality: str) -> int:
    """How many rays a pixel gets."""
    return min(SAMPLES[quality], FEWER.get(kind, SAMPLES[quality]))


def fingerprint(kind: str, entry: dict, quality: str) -> str:
    """Changes when the entry or the code that draws it does; a `look` number stands for the code."""
    drawn = {
        key: value for key, value in entry.items() if key not in ("alt", "caption", "mirror")
    }
    parts = [json.dumps([kind, drawn, quality, samples(kind, quality)], sort_keys=True)]
    code = [] if "look" in entry else sorted(set(drawn_by(kind)))
    parts += [(STUDIO / f"{module}.py").read_text() for module in code]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def render(name: str, quality: str) -> None:
    """Render one still in this process."""
    import scene

    kind, entry = find(name)
    width, height = entry.get("size", KINDS[kind])
    if quality == "draft" and width > DRAFT_WIDTH:
        width, height = DRAFT_WIDTH, round(height * DRAFT_WIDTH / width)
    mark = fingerprint(kind, entry, quality)
    scene.reset(width, height, samples(kind, quality))
    importlib.import_module(kind).build(entry)
    folder = STILLS / quality
    folder.mkdir(parents=True, exist_ok=True)
    seconds = scene.shot(folder / f"{name}.png")
    note = {"fingerprint": mark, "seconds": round(seconds, 1)}
    (folder / f"{name}.json").write_text(json.dumps(note))


def fresh(name: str, quality: str) -> bool:
    """Whether the still there is the one the entry asks for."""
    folder = STILLS / quality
    note = folder / f"{name}.json"
    if not note.exists() or not (folder / f"{name}.png").exists():
        return False
    kind, entry = find(name)
    return json.loads(note.read_text())["fingerprint"] == fingerprint(kind, entry, quality)


def run(names: list[str], quality: str) -> int:
    """Render what is not fresh, one process after the other; count the failures."""
    failed = 0
    for number, name in enumerate(names, 1):
        began = time.monotonic()
        head = f"[{number}/{len(names)}] {name}"
        command = [sys.executable, __file__, "--one", "--only", name, f"--{quality}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            failed += 1
            print(f"{head} failed\n{done.stdout[-1500:]}{done.stderr[-3000:]}", flush=True)
        else:
            print(f"{head} {time.monotonic() - began:.0f} s", flush=True)
    return failed


def main() -> None:
    """Read the command line and render."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names; a final * is allowed")
    parser.add_argument("--draft", dest="quality", action="store_const", const="draft")
    parser.add_argument("--final", dest="quality", action="store_const", const="final")
    parser.add_argument("--list", action="store_true", help="say what is stale, render nothing")
    parser.add_argument("--missing", action="store_true", help="leave alone what is only stale")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(quality="draft")
    options = parser.parse_args()
    if options.one:
        render(options.only[0], options.quality)
        return
    names = [name for kind in KINDS for name in entries(kind)]
    if options.only:
        names = [n for n in names if any(Path(n).match(pattern) for pattern in options.only)]
    folder = STILLS / options.quality
    stale = [
        name
        for name in names
        if not (
            (folder / f"{name}.png").exists()
            if options.missing
            else fresh(name, options.quality)
        )
    ]
    print(f"{len(stale)} of {len(names)} to render ({options.quality})", flush=True)
    if options.list:
        print("\n".join(stale))
        return
    sys.exit(1 if run(stale, options.quality) else 0)


if __name__ == "__main__":
    main()
