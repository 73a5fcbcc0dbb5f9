#!/usr/bin/env python3
"""Does to a topic what somebody else may do while a load runs: `delete`, or set a setting.

    python3 tests/support/change_topic.py HOST:PORT TOPIC delete
    python3 tests/support/change_topic.py HOST:PORT TOPIC NAME=VALUE
"""

from __future__ import annotations

import sys

from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType


def main(bootstrap: str, topic: str, change: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    if change == "delete":
        futures = admin.delete_topics([topic], operation_timeout=30)
    else:
        name, value = change.split("=")
        entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        futures = admin.incremental_alter_configs([resource])
    for future in futures.values():
        future.result(30)


if __name__ == "__main__":
    main(*sys.argv[1:])
