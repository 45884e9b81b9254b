"""The delivery log: rows as values, the log with its moves, the questions to it, its file, its guards, its proof."""

from pressctl.delivery_log.file import APPLICATION, SCHEMA, create_log, open_log
from pressctl.delivery_log.guards import Lock, holder, storage_error
from pressctl.delivery_log.log import DeliveryLog
from pressctl.delivery_log.rows import Attempt, Batch, Claim, Delivery, Entry, No, Permit, Settled, key

__all__ = [
    "APPLICATION", "SCHEMA", "Attempt", "Batch", "Claim", "Delivery", "DeliveryLog", "Entry", "Lock", "No", "Permit", "Settled",
    "create_log", "holder", "key", "open_log", "storage_error",
]  # fmt: skip
