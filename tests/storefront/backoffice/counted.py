"""Count what a page asks of the database."""

from sqlalchemy import event


def statements(app, call) -> int:
    """Count the statements that a call costs."""
    said = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine

    def note(*told):
        said.append(told[2])

    event.listen(engine, "before_cursor_execute", note)
    call()
    event.remove(engine, "before_cursor_execute", note)
    return len(said)
