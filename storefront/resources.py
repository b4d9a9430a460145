"""Where templates, migrations and config lie: in a wheel or in a checkout."""

from pathlib import Path

from storefront.settings import Settings

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


def media_folders(settings: Settings) -> list[Path]:
    """List where public pictures lie, best first; the shop's own drawings come last."""
    drawn = PACKAGE / "static" / "drawn"
    if settings.media_root:
        return [Path(settings.media_root), drawn]
    return [settings.storefront_data / "media", data_folder("config") / "demo" / "media", drawn]
