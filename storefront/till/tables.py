"""Declare the tables of the till's own database."""

from sqlalchemy import JSON, Column, Float, Integer, MetaData, String, Table

metadata = MetaData()

objects = Table(
    "object",
    metadata,
    Column("seq", Integer, primary_key=True),  # the order of making, for paging
    Column("id", String, unique=True, nullable=False),
    Column("kind", String, nullable=False, index=True),
    Column("parent", String, index=True),  # the object it belongs to
    Column("created", Integer, nullable=False),
    Column("body", JSON, nullable=False),  # what the API returns
    Column("notes", JSON, nullable=False),  # what only the till knows
)

alarms = Table(
    "alarm",
    metadata,
    Column("object", String, primary_key=True),  # what has something to do
    Column("due_at", Integer, nullable=False, index=True),
    Column("clock", String),  # the test clock it goes by, else till time
)

answers = Table(
    "answer",
    metadata,
    Column("key", String, primary_key=True),  # the Idempotency-Key
    Column("fingerprint", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("request_id", String, nullable=False),
    Column("created", Integer, nullable=False),
)

deliveries = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event", String, nullable=False, index=True),
    Column("type", String, nullable=False),
    Column("state", String, nullable=False, index=True),  # waiting delivered failed dropped
    Column("due_at", Float, nullable=False),  # till time of the next try
    Column("tries", Integer, nullable=False, default=0),
    Column("answer", String, nullable=False, default=""),  # what the last try met
    Column(
        "endpoint", String
    ),  # the webhook endpoint it goes to, else the shop of the settings
)
