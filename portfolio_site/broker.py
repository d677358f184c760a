"""The embedded broker: Celery messages in an SQLite file of their own, for a machine without Redis."""

from queue import Empty
from typing import Any

from kombu.transport import sqlalchemy as sqla
from kombu.utils.json import loads
from sqlalchemy import Engine, event, text


def configure(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")  # a message lost with the power is rung again by the sweeper


class Channel(sqla.Channel):
    def _engine_from_config(self) -> Engine:
        engine: Engine = super()._engine_from_config()
        event.listen(engine, "connect", configure)
        return engine

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the oldest message and delete its row, which kombu would keep for ever with a flag."""
        oldest = self._query_all(queue).order_by(self.message_cls.id)
        if oldest.first() is None:  # an idle worker looks ten times a second: without a lock
            self.session.commit()
            raise Empty
        try:
            self.session.commit()
            self.session.execute(text("BEGIN IMMEDIATE"))
            message = oldest.first()
            if message is None:
                raise Empty
            self.session.delete(message)
            return loads(message.payload)
        finally:
            self.session.commit()


class Transport(sqla.Transport):
    """kombu's transport over SQLAlchemy; it takes no polling_interval as an option, so it is set here."""

    Channel = Channel
    polling_interval = 0.1
