"""Make this checkout importable from the environment that runs this file.

An editable install would do, but hatchling then copies templates, migrations and config into
the environment, where they go stale, and takes four more packages into the shop's lock.
"""

import re
import shutil
import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def project() -> tuple[dict, str]:
    """Read the project table and the version."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    package = (ROOT / "storefront" / "version.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__\b.*"(.+)"', package, re.MULTILINE)
    return table, found.group(1) if found else "0"


def entry_points(table: dict) -> str:
    """Write the entry points as installers do."""
    groups = {"console_scripts": table.get("scripts", {}), **table.get("entry-points", {})}
    return "".join(
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in found.items())
        for group, found in groups.items()
    )


def write_script(name: str, target: str) -> Path:
    """Write one console script."""
    module, function = target.split(":")
    path = Path(sysconfig.get_path("scripts")) / name
    path.write_text(
        f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


def main() -> None:
    """Write the path file, the metadata and the scripts."""
    table, version = project()
    site = Path(sysconfig.get_path("purelib"))
    name = table["name"].replace("-", "_")
    for old in site.glob(f"{name}-*.dist-info"):
        shutil.rmtree(old)
    metadata = site / f"{name}-{version}.dist-info"
    metadata.mkdir()
    needs = "".join(f"Requires-Dist: {need}\n" for need in table["dependencies"])
    head = f"Metadata-Version: 2.1\nName: {table['name']}\nVersion: {version}\n{needs}"
    files = {
        site / f"{name}.pth": f"{ROOT}\n",
        metadata / "METADATA": head,
        metadata / "entry_points.txt": entry_points(table),
        metadata / "INSTALLER": "run.py\n",
    }
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    scripts = [write_script(*script) for script in table.get("scripts", {}).items()]
    record = "".join(f"{path},,\n" for path in [*files, *scripts, metadata / "RECORD"])
    (metadata / "RECORD").write_text(record, encoding="utf-8")


if __name__ == "__main__":
    main()
