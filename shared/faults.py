"""What can be away. Raised by the adapters, with a sentence; the caller decides between waiting and 503."""


class LogUnavailable(Exception):
    """Kafka did not answer in time. What was being written may or may not be in the log."""


class StoreUnavailable(Exception):
    """Redis did not answer in time."""
