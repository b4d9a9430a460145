"""Run the checks on style, types and structure: all of them, or those that are named."""

# ruff: noqa: S603, T201 - it starts programs and talks to a person.

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = "storefront routines"
OURS = "--known-first-party storefront --known-first-party routines"
# Name: command, then where its settings stand: a table of pyproject.toml or a file.
CHECKS = {
    "ruff": ("ruff check .", "tool.ruff", "ruff.toml"),
    "format": ("ruff format --check .", "tool.ruff", "ruff.toml"),
    "mypy": ("mypy", "tool.mypy", "mypy.ini"),
    "imports": ("lint-imports", "tool.importlinter", ".importlinter"),
    "deptry": (f"deptry {PACKAGES} {OURS}", "tool.deptry", "deptry.toml"),
    "codespell": ("codespell", "tool.codespell", ".codespellrc"),
    "djlint": ("djlint templates --lint --quiet", "tool.djlint", ".djlintrc"),
}


def has_settings(table: str, file: str) -> bool:
    """Tell whether this project says how a check is to be run."""
    return f"[{table}" in (ROOT / "pyproject.toml").read_text(encoding="utf-8") or (
        (ROOT / file).exists()
    )


def run(name: str) -> bool:
    """Run one check; tell whether it found nothing."""
    command, table, file = CHECKS[name]
    if not has_settings(table, file):
        print(f"-- {name}: left out, there is neither [{table}] in pyproject.toml nor {file}")
        return True
    program, *options = command.split()
    print(f"-- {name}: {command}", flush=True)
    path = shutil.which(program, path=sysconfig.get_path("scripts")) or program
    return subprocess.run([path, *options], cwd=ROOT, check=False).returncode == 0


def main(names: list[str]) -> int:
    """Run the checks and sum up."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"No such check: {', '.join(unknown)}. There are: {', '.join(CHECKS)}.")
        return 2
    failed = [name for name in names or CHECKS if not run(name)]
    print(f"Failed: {', '.join(failed)}." if failed else "Every check passed.")
    return bool(failed)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
