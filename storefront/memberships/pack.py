"""Plans out of a file: what the file says is written, what it does not say is left alone."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.pack_files import read_file
from storefront.catalog.pack_models import PlanFile, PlansFile
from storefront.errors import Invalid
from storefront.memberships.models import MembershipPlan

NAME = "plans.toml"


def load(db: Session, folder: Path, currency: str) -> int:
    """Write the plans of a catalogue folder and tell how many; a folder may have none.

    Raises:
        Invalid: names the file, the field and the reason of everything that is wrong.
    """
    file = folder / NAME
    found = read_file(file, PlansFile).plans if file.is_file() else ()
    return write(db, found, currency)


def write(db: Session, files: Sequence[PlanFile], currency: str) -> int:
    """Write plans and tell how many; writing them again changes nothing.

    Raises:
        Invalid: two plans would be found by one lookup key.
    """
    _check_keys(db, files)
    for file in files:
        plan = db.get(MembershipPlan, file.slug) or MembershipPlan(slug=file.slug)
        for name, value in file.model_dump(exclude={"slug"}).items():
            setattr(plan, name, value)
        plan.currency = currency
        db.add(plan)
    db.flush()
    return len(files)


def _check_keys(db: Session, files: Sequence[PlanFile]) -> None:
    holders = {plan.lookup_key: plan.slug for plan in db.scalars(select(MembershipPlan))}
    for file in files:
        holder = holders.setdefault(file.lookup_key, file.slug)
        if holder != file.slug:
            message = f"plans: {file.slug} and {holder} have one lookup key, {file.lookup_key}"
            raise Invalid(message)
