"""Recovery codes: for a lost passkey, on paper; shown once, kept as hashes, each works once."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storefront import tokens
from storefront.staff.models import RecoveryCode

HOW_MANY = 10


def renew(db: Session, member_id: int, now: datetime) -> list[str]:
    """Make new codes and give them, this once; the old ones are void."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
    made = [tokens.number(groups=4) for _ in range(HOW_MANY)]
    db.add_all(
        RecoveryCode(member_id=member_id, fingerprint=_fingerprint(code), created_at=now)
        for code in made
    )
    db.flush()
    return made


def use(db: Session, member_id: int, text: str, now: datetime) -> bool:
    """Use a code up; False when it is none of the member's that is left."""
    once = update(RecoveryCode).where(
        RecoveryCode.member_id == member_id, RecoveryCode.fingerprint == _fingerprint(text),
        RecoveryCode.used_at.is_(None),
    )  # fmt: skip
    return db.scalar(once.values(used_at=now).returning(RecoveryCode.id)) is not None


def left(db: Session, member_id: int) -> int:
    """Count the codes that still work."""
    unused = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None)
    )
    return db.scalar(unused) or 0


def _fingerprint(text: str) -> str:
    """Hash a code however it was copied; letters that look alike are taken for one another."""
    plain = "".join(text.upper().replace("O", "0").replace("I", "1").replace("L", "1").split())
    return tokens.fingerprint(f"recovery:{plain.replace('-', '')}")
