"""Read and write the till's objects inside one transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from storefront.till import errors, ids, skeleton
from storefront.till.tables import objects

Json = dict[str, Any]


class Ledger:
    """Keep Stripe objects by id, in the order they were made."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        kind: str,
        created: int,
        *,
        parent: str | None = None,
        notes: Json | None = None,
        **values: object,
    ) -> Json:
        """Make a new object of this kind and keep it."""
        known = skeleton.annotations(skeleton.sdk_class(kind))
        dated = {"created": created} if "created" in known else {}
        body = skeleton.make(kind, **{"id": ids.new(kind), **dated, **values})
        row = {"id": body["id"], "kind": kind, "parent": parent, "created": created}
        self.connection.execute(insert(objects).values(**row, body=body, notes=notes or {}))
        return body

    def find(self, object_id: str, kind: str | None = None) -> Json | None:
        """Look an object up, or return None."""
        wanted = select(objects.c.body).where(objects.c.id == object_id)
        if kind:
            wanted = wanted.where(objects.c.kind == kind)
        return self.connection.execute(wanted).scalar()

    def get(self, object_id: str, kind: str, param: str = "id") -> Json:
        """Look an object up.

        Raises:
            ApiError: no object of this kind has this id.
        """
        body = self.find(object_id, kind)
        if body is None:
            raise errors.missing(kind, object_id, param, status=404 if param == "id" else 400)
        return body

    def change(self, body: Json, **values: object) -> Json:
        """Write new values into an object and return it."""
        body = {**body, **values}
        where = objects.c.id == body["id"]
        self.connection.execute(update(objects).where(where).values(body=body))
        return body

    def remove(self, object_id: str) -> None:
        """Take an object out for good."""
        self.connection.execute(delete(objects).where(objects.c.id == object_id))

    def notes(self, object_id: str) -> Json:
        """Read what only the till knows about an object."""
        wanted = select(objects.c.notes).where(objects.c.id == object_id)
        return self.connection.execute(wanted).scalar() or {}

    def note(self, object_id: str, **facts: object) -> None:
        """Add to what only the till knows about an object."""
        where = objects.c.id == object_id
        known = {**self.notes(object_id), **facts}
        self.connection.execute(update(objects).where(where).values(notes=known))

    def children(self, parent: str, kind: str) -> list[Json]:
        """List what belongs to an object, oldest first."""
        where = (objects.c.parent == parent, objects.c.kind == kind)
        wanted = select(objects.c.body).where(*where).order_by(objects.c.seq)
        return list(self.connection.execute(wanted).scalars())

    def bodies(self, wanted: Select[Any]) -> list[Json]:
        """Run a query that selects bodies."""
        return list(self.connection.execute(wanted).scalars())

    def newest(self, kind: str, many: int, *where: ColumnElement[bool]) -> Sequence[Json]:
        """List the latest objects of a kind, newest first."""
        wanted = select(objects.c.body).where(objects.c.kind == kind, *where)
        return self.bodies(wanted.order_by(objects.c.seq.desc()).limit(many))

    def place(self, object_id: str, kind: str, param: str) -> int:
        """Find an object's place in the order of making.

        Raises:
            ApiError: no object of this kind has this id.
        """
        self.get(object_id, kind, param)
        wanted = select(objects.c.seq).where(objects.c.id == object_id)
        return int(self.connection.execute(wanted).scalar_one())
