"""How Kafka is reached: its address, and what a listener with TLS or passwords asks for."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class KafkaAccess:
    """`protocol` is Kafka's name for it; `cafile` is for a broker whose CA the system does not trust."""

    bootstrap: str
    protocol: str = "PLAINTEXT"
    mechanism: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    cafile: str | None = None
