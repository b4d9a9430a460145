"""Where templates, migrations and config lie: in a wheel or in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def data_folder(name: str) -> Path:
    """Find one of the folders `templates`, `migrations` and `config`.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for candidate in (PACKAGE / "_data" / name, PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(name)
