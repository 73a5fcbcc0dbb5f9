#!/usr/bin/env python3
"""Replaces all rights that a user has on a broker with a StandardAuthorizer by those that are named.

    python3 tests/support/allow.py HOST:PORT USER "Write Topic banking.trades" "Create Cluster kafka-cluster" ...

A name that ends with a star is a prefix.
"""

from __future__ import annotations

import sys
from typing import List, Optional

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

OPERATIONS = {
    "Read": AclOperation.READ,
    "Write": AclOperation.WRITE,
    "Create": AclOperation.CREATE,
    "Delete": AclOperation.DELETE,
    "Alter": AclOperation.ALTER,
    "Describe": AclOperation.DESCRIBE,
    "DescribeConfigs": AclOperation.DESCRIBE_CONFIGS,
    "AlterConfigs": AclOperation.ALTER_CONFIGS,
    "IdempotentWrite": AclOperation.IDEMPOTENT_WRITE,
}
RESOURCES = {
    "Topic": ResourceType.TOPIC,
    "Cluster": ResourceType.BROKER,
    "TransactionalId": ResourceType.TRANSACTIONAL_ID,
}


def binding(user: str, right: str) -> AclBinding:
    operation, resource, name = right.split(" ")
    pattern = ResourcePatternType.PREFIXED if name.endswith("*") else ResourcePatternType.LITERAL
    allowed = AclPermissionType.ALLOW
    return AclBinding(
        RESOURCES[resource], name.rstrip("*"), pattern, f"User:{user}", "*", OPERATIONS[operation], allowed
    )


def everything(user: str, name: Optional[str] = None) -> AclBindingFilter:
    any_pattern, any_kind = ResourcePatternType.ANY, AclPermissionType.ANY
    return AclBindingFilter(ResourceType.ANY, name, any_pattern, f"User:{user}", None, AclOperation.ANY, any_kind)


def main(bootstrap: str, user: str, rights: List[str]) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for future in admin.delete_acls([everything(user)]).values():
        future.result(30)
    if rights:
        for future in admin.create_acls([binding(user, right) for right in rights]).values():
            future.result(30)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
