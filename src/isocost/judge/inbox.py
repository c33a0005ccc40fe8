"""What the pool has sent to a judge process, item by item, so that it can look ahead without waiting."""

from __future__ import annotations

from collections import deque

from isocost.judge import wire

Item = wire.Suite | wire.Task | wire.Expect


class Inbox:
    """Items in the order in which they were sent, whatever the batches they came in."""

    def __init__(self, reader: wire.Reader) -> None:
        self._reader = reader
        self._items: deque[Item] = deque()

    def take(self) -> Item | None:
        """Wait for the next item; None when the pool has hung up."""
        while not self._items:
            self._unpack()
            if not self._items and not self._reader.fill():
                return None
        return self._items.popleft()

    def empty(self) -> bool:
        """Whether nothing is there now."""
        if not self._items:
            self._reader.fill(wait=False)  # a pool that has hung up is found by `take`
            self._unpack()
        return not self._items

    def next_task(self) -> wire.Task | None:
        """The next program that is there now; it stays in its place."""
        if self.empty():
            return None
        return next((item for item in self._items if isinstance(item, wire.Task)), None)

    def _unpack(self) -> None:
        while (body := self._reader.next()) is not None:
            message = wire.to_worker(body)
            assert isinstance(message, wire.Batch)  # noqa: S101 (all that the pool says after its first word)
            self._items += message.items
