"""Read the files of a catalogue: a folder, or a shop in one file."""

import json
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from storefront.catalog.pack_checks import Known, problems, stock_problems
from storefront.catalog.pack_models import (
    CollectionsFile,
    ComponentsFile,
    MakersFile,
    Pack,
    ProductFile,
    SeedFile,
    TypesFile,
)
from storefront.errors import Invalid

Model = TypeVar("Model", bound=BaseModel)


def read(folder: Path) -> Pack:
    """Read a catalogue folder.

    Raises:
        Invalid: names the file, the field and the reason of everything that is wrong.
    """
    pack = Pack(
        collections=read_file(folder / "collections.toml", CollectionsFile).collections,
        components=read_file(folder / "components.toml", ComponentsFile).components,
        types=read_file(folder / "types.toml", TypesFile).types if (folder / "types.toml").is_file() else (),
        makers=read_file(folder / "makers.toml", MakersFile).makers if (folder / "makers.toml").is_file() else (),
        products=tuple(read_file(path, ProductFile) for path in sorted((folder / "products").glob("*.toml"))),
    )  # fmt: skip
    shown = _pictures(folder.parent / "media" / "media.json")
    wrong = problems(pack, Known(pictures=shown, asks_safety=True))
    if wrong:
        raise Invalid("\n".join(wrong))
    return pack


def _pictures(manifest: Path) -> Collection[str] | None:
    return json.loads(manifest.read_text("utf-8")).keys() if manifest.is_file() else None


def read_seed(path: Path, known: Known) -> SeedFile:
    """Read a shop in one file; it may point at what the shop has already.

    Raises:
        Invalid: names the file, the field and the reason of everything that is wrong.
    """
    seed = read_file(path, SeedFile)
    wrong = [*problems(seed, known), *stock_problems(seed, known)]
    if seed.routines and not (path.parent / seed.routines).is_dir():
        wrong.append(f"routines: there is no folder {seed.routines!r} beside the file")
    if wrong:
        raise Invalid("\n".join(f"{path.name}: {line}" for line in wrong))
    return seed


def read_file(path: Path, model: type[Model]) -> Model:
    """Read one file as a closed model.

    Raises:
        Invalid: names the file, the field and the reason of everything that is wrong.
    """
    try:
        return model.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        message = f"{path.name}: cannot be read ({error.strerror})"
        raise Invalid(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.name}: {error}"
        raise Invalid(message) from error
    except ValidationError as error:
        lines = [
            f"{path.name}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"
            for wrong in error.errors()
        ]
        raise Invalid("\n".join(lines)) from error
