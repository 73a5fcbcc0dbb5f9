#!/usr/bin/env python3
"""Appends broken copies of a topic's first record to that topic: each change is one that tests/verify_kafka.py must find.

    python3 tests/support/plant_records.py HOST:PORT TOPIC CHANGE...
"""

from __future__ import annotations

import sys
import time
import uuid
from typing import Any, Dict

from confluent_kafka import Consumer, Producer, TopicPartition

STRANGER = str(uuid.UUID(int=0x5EED, version=4)).encode()


def first_record(bootstrap: str, topic: str) -> Any:
    """The first record of partition 1, and how many partitions there are; the stranger's partition is another one."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": "plant-records",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
    })
    partitions = len(consumer.list_topics(topic, timeout=30).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, 1, 0)])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        message = consumer.poll(1)
        if message is not None and message.error() is None:
            consumer.close()
            return message, partitions
    raise TimeoutError(f"topic {topic} has no record in partition 1")


def changed(message: Any, partitions: int, change: str) -> Dict[str, Any]:
    """The arguments of a producer for a copy of a record with one thing changed."""
    record: Dict[str, Any] = {
        "key": message.key(),
        "value": message.value(),
        "headers": message.headers(),
        "partition": message.partition(),
    }
    if change == "key":
        record["key"] = STRANGER
    elif change == "partition":
        record["partition"] = (message.partition() + 1) % partitions
    elif change == "header order":
        record["headers"] = record["headers"][::-1]
    elif change == "time":
        record["timestamp"] = message.timestamp()[1] - 400 * 24 * 3_600_000
    elif change == "payload":
        record["value"] = message.value()[:-1]
    elif change == "parent":
        record["value"] = message.value().replace(message.key(), STRANGER)
        record["key"] = STRANGER
    elif change != "duplicate":
        raise ValueError(f"unknown change {change!r}")
    return record


def main(bootstrap: str, topic: str, *changes: str) -> None:
    message, partitions = first_record(bootstrap, topic)
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all"})
    for change in changes:
        producer.produce(topic, **changed(message, partitions, change))
    if producer.flush(30):
        raise TimeoutError("the records were not delivered")


if __name__ == "__main__":
    main(*sys.argv[1:])
