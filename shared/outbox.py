"""Publishing a shard's outbox: every entry at least once, in order, trimmed when it is acknowledged."""

from collections.abc import Sequence

import msgspec

from shared.batch import Outgoing, is_published
from shared.faults import LogUnavailable
from shared.ports import Log, Sent, Store
from shared.store import Look

HEAD = 500

pack_outgoing = msgspec.msgpack.Encoder().encode
_read_outgoing = msgspec.msgpack.Decoder(Outgoing).decode


class Outbox:
    """What of one shard is on its way to the log."""

    def __init__(self, shard: int, store: Store, log: Log) -> None:
        self._shard = shard
        self._store = store
        self._log = log
        self._sending: dict[str, Sent] = {}
        self._more = False

    @property
    def is_publishing(self) -> bool:
        """Whether entries are on their way."""
        return bool(self._sending)

    @property
    def head_wanted(self) -> int:
        """How many entries the next look should bring."""
        return 0 if self._sending else HEAD

    def start_over(self) -> None:
        """What is on its way may arrive; it will be sent again under the same ids."""
        self._sending.clear()
        self._more = False

    def drained(self, look: Look, marks: dict[str, int]) -> bool:
        """Publish, or trim what was acknowledged; whether nothing is left."""
        if self._sending:
            return self._settled()
        if look.outbox_depth == 0:
            return True
        entries = [(entry, _read_outgoing(value)) for entry, value in look.outbox]
        done = {n for n, out in entries if is_published(out.cause_topic, out.cause_offset, marks)}
        self._store.trim(self._shard, sorted(done))
        self.publish([(entry, out) for entry, out in entries if entry not in done])
        self._more = self._more or look.outbox_depth > len(entries)
        return False

    def publish(self, entries: Sequence[tuple[str, Outgoing]]) -> None:
        """Hand over what is stored in the outbox already. What Kafka does not take stays for later."""
        self._more = False
        for entry, outgoing in entries:
            try:
                self._sending[entry] = self._log.send(outgoing.message())
            except LogUnavailable:
                self._more = True
                return

    def _settled(self) -> bool:
        if not all(sent.decided for sent in self._sending.values()):
            return False
        acked = [entry for entry, sent in self._sending.items() if sent.offset is not None]
        complete = len(acked) == len(self._sending) and not self._more
        self._sending.clear()
        self._store.trim(self._shard, acked)
        return complete
