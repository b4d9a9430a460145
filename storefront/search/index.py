"""The full-text structures beside the table of documents, each database's own, kept by triggers.

They are no part of the metadata, so that comparing it with the database finds nothing to do.
"""

from sqlalchemy.engine import Connection

SQLITE_UP = (
    "CREATE VIRTUAL TABLE storefront_search_words USING "
    "fts5(title, terms, summary, body, tokenize = 'porter unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE storefront_search_near USING fts5(near, tokenize = 'trigram')",
    """CREATE TRIGGER storefront_search_added AFTER INSERT ON storefront_search_entry BEGIN
        INSERT INTO storefront_search_words (rowid, title, terms, summary, body)
            VALUES (new.id, new.title, new.terms, new.summary, new.body);
        INSERT INTO storefront_search_near (rowid, near)
            VALUES (new.id, new.title || ' ' || new.terms);
    END""",
    """CREATE TRIGGER storefront_search_changed AFTER UPDATE ON storefront_search_entry BEGIN
        UPDATE storefront_search_words SET title = new.title, terms = new.terms,
            summary = new.summary, body = new.body WHERE rowid = new.id;
        UPDATE storefront_search_near SET near = new.title || ' ' || new.terms
            WHERE rowid = new.id;
    END""",
    """CREATE TRIGGER storefront_search_gone AFTER DELETE ON storefront_search_entry BEGIN
        DELETE FROM storefront_search_words WHERE rowid = old.id;
        DELETE FROM storefront_search_near WHERE rowid = old.id;
    END""",
)
SQLITE_DOWN = (
    "DROP TRIGGER IF EXISTS storefront_search_added",
    "DROP TRIGGER IF EXISTS storefront_search_changed",
    "DROP TRIGGER IF EXISTS storefront_search_gone",
    "DROP TABLE IF EXISTS storefront_search_words",
    "DROP TABLE IF EXISTS storefront_search_near",
)
POSTGRESQL_UP = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    """CREATE TABLE storefront_search_words (
        entry_id integer PRIMARY KEY REFERENCES storefront_search_entry (id) ON DELETE CASCADE,
        words tsvector NOT NULL,
        near text NOT NULL
    )""",
    "CREATE INDEX storefront_search_words_words ON storefront_search_words USING gin (words)",
    "CREATE INDEX storefront_search_words_near ON storefront_search_words "
    "USING gin (near gin_trgm_ops)",
    """CREATE FUNCTION storefront_search_fill() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO storefront_search_words (entry_id, words, near) VALUES (
            new.id,
            setweight(to_tsvector('english', unaccent(new.title)), 'A')
            || setweight(to_tsvector('english', unaccent(new.terms)), 'B')
            || setweight(to_tsvector('english', unaccent(new.summary)), 'C')
            || setweight(to_tsvector('english', unaccent(new.body)), 'D'),
            lower(unaccent(new.title || ' ' || new.terms))
        )
        ON CONFLICT (entry_id) DO UPDATE SET words = excluded.words, near = excluded.near;
        RETURN new;
    END $$""",
    "CREATE TRIGGER storefront_search_kept AFTER INSERT OR UPDATE ON storefront_search_entry "
    "FOR EACH ROW EXECUTE FUNCTION storefront_search_fill()",
)
POSTGRESQL_DOWN = (
    "DROP TRIGGER IF EXISTS storefront_search_kept ON storefront_search_entry",
    "DROP FUNCTION IF EXISTS storefront_search_fill()",
    "DROP TABLE IF EXISTS storefront_search_words",
)


def create(connection: Connection) -> None:
    """Make the structures and the triggers that keep them; the extensions stay for good."""
    for statement in SQLITE_UP if _is_sqlite(connection) else POSTGRESQL_UP:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Take them away again."""
    for statement in SQLITE_DOWN if _is_sqlite(connection) else POSTGRESQL_DOWN:
        connection.exec_driver_sql(statement)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
