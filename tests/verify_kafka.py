#!/usr/bin/env python3
"""Reads what `datagen load` sent to Kafka, as any consumer would, and reports what is not as documented.

    python3 tests/verify_kafka.py --bootstrap HOST:PORT [--prefix banking] [--registry URL] [--postgres URL]
        [--schema public] [--expect '{"transactions": 2000, ...}'] [--since MS] [--no-cloudevents] [--digest]

It shares no code with the program. The four topics are read `read_committed`, from the beginning to the end of now. With
`--registry` values are Avro in Confluent's framing, their schemas fetched from there; without it they are JSON. With
`--postgres` every account, card, loan, stock and customer that an event names is looked up in the tables. `--expect`
gives the records of each entity; those that it leaves out are not counted. `--since` is when the load began, in
milliseconds since 1970: no record was sent before. `--digest` reads and hashes only.

Standard output is one JSON line: records and digest of each topic, its partitions and end offsets, findings of each rule, the first findings as text.
The digest is the sum modulo 2^128 of a hash of each record's key, headers and value (without the schema's number, which
is the registry's), so it depends on no order, and a record that is there twice changes it. Exit status: 0 no finding,
1 findings, 2 not readable. Needs Python 3.9 or newer, and the packages of tests/support/python_packages.txt.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import struct
import sys
import time
import urllib.request
from collections import defaultdict
from datetime import datetime, timezone
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple
from urllib.parse import unquote, urlsplit

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

RULES = {
    "unique": "every event and every ce_id is there once",
    "headers": "names, order and values of the headers are as documented",
    "keys": "the key is the documented field",
    "partitions": "a record is in the partition that Java's default partitioner gives its key",
    "schemas": "names and types are those of the contract, and what was added may be null",
    "payloads": "values decode, with nothing left over",
    "times": "the record's timestamp is when it was sent",
    "references": "the parents that an event names are in PostgreSQL, and belong to the customer that it names",
    "counts": "each topic holds as many records as the load has reported",
}
SHOWN_FINDINGS = 5
READ_SECONDS = 120
DECIMAL = ("bytes", "decimal", 15, 2)
MILLIS = ("long", "timestamp-millis")
DATE = ("int", "date")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

# ---------------------------------------------------------------------------------------------------------------------
# The contract


class Topic(NamedTuple):
    """What is documented of a topic."""

    entity: str
    record: str
    name: str
    id: str
    key: str
    parent: str
    event_type: str
    source: str
    event_time: Tuple[str, ...]
    fields: Dict[str, object]


def optional(kind: object) -> Tuple[str, object]:
    return ("null", kind)


TOPICS = [
    Topic(
        "transactions", "Transaction", "transactions", "transaction_id", "account_id", "accounts",
        "com.financial.transaction.created.v1", "/financial/banking/transactions", ("timestamp",),
        {
            "transaction_id": "string", "account_id": "string", "customer_id": "string", "transaction_type": "string",
            "amount": DECIMAL, "direction": "string", "counterparty_key": optional("string"),
            "counterparty_name": optional("string"), "description": optional("string"), "timestamp": MILLIS,
            "status": "string", "pix_e2e_id": optional("string"), "pix_key_type": optional("string"),
            "location_lat": optional("double"), "location_lon": optional("double"), "created_at": optional(MILLIS),
            "updated_at": optional(MILLIS),
        },
    ),
    Topic(
        "card_transactions", "CardTransaction", "card-transactions", "transaction_id", "card_id", "credit_cards",
        "com.financial.card_transaction.created.v1", "/financial/banking/cards", ("timestamp",),
        {
            "transaction_id": "string", "card_id": "string", "customer_id": "string", "merchant_name": "string",
            "merchant_category": "string", "mcc_code": "string", "amount": DECIMAL, "installments": "int",
            "timestamp": MILLIS, "status": "string", "location_city": optional("string"),
            "location_country": optional("string"), "created_at": optional(MILLIS), "updated_at": optional(MILLIS),
        },
    ),
    Topic(
        "trades", "Trade", "trades", "trade_id", "account_id", "accounts",
        "com.financial.trade.executed.v1", "/financial/banking/investments", ("executed_at",),
        {
            "trade_id": "string", "account_id": "string", "customer_id": "string", "stock_id": "string",
            "ticker": "string", "trade_type": "string", "quantity": "int", "price_per_share": DECIMAL,
            "total_amount": DECIMAL, "fees": DECIMAL, "net_amount": DECIMAL, "order_type": "string", "status": "string",
            "executed_at": MILLIS, "settlement_date": MILLIS, "created_at": optional(MILLIS),
            "updated_at": optional(MILLIS),
        },
    ),
    Topic(
        "installments", "Installment", "installments", "installment_id", "loan_id", "loans",
        "com.financial.installment.created.v1", "/financial/banking/loans", ("updated_at", "created_at"),
        {
            "installment_id": "string", "loan_id": "string", "customer_id": "string", "installment_number": "int",
            "due_date": DATE, "principal_amount": DECIMAL, "interest_amount": DECIMAL, "total_amount": DECIMAL,
            "paid_date": optional(DATE), "paid_amount": optional(DECIMAL), "status": "string",
            "created_at": optional(MILLIS), "updated_at": optional(MILLIS),
        },
    ),
]
PARENTS = {"accounts": "account_id", "credit_cards": "card_id", "loans": "loan_id"}

# ---------------------------------------------------------------------------------------------------------------------
# Findings


class Report:
    """Findings by rule, and the text of the first ones of each."""

    def __init__(self) -> None:
        self.counts: Dict[str, int] = {rule: 0 for rule in RULES}
        self.shown: List[str] = []

    def expect(self, rule: str, where: object, expected: object, got: object) -> None:
        if expected == got:
            return
        self.counts[rule] += 1
        if self.counts[rule] <= SHOWN_FINDINGS:
            self.shown.append(f"{rule}: {where}: expected {expected} got {got}")

    @property
    def findings(self) -> Dict[str, int]:
        return {rule: count for rule, count in self.counts.items() if count}


# ---------------------------------------------------------------------------------------------------------------------
# Reading


def records(bootstrap: str, topics: List[str]) -> Iterator[Message]:
    """All committed records of the topics, from the beginning to the end of now."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": "verify-kafka",
        "isolation.level": "read_committed",
        "enable.partition.eof": True,
        "enable.auto.commit": False,
        "check.crcs": True,
    })
    try:
        open_partitions = set()
        for topic in topics:
            open_partitions.update((topic, number) for number in range(partition_count(consumer, topic)))
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for topic, number in open_partitions])
        deadline = time.monotonic() + READ_SECONDS
        while open_partitions:
            if time.monotonic() > deadline:
                raise OSError(f"partitions without an end after {READ_SECONDS} s: {sorted(open_partitions)}")
            for message in consumer.consume(5000, 0.5):
                error = message.error()
                if error is None:
                    deadline = time.monotonic() + READ_SECONDS
                    yield message
                elif error.code() == KafkaError._PARTITION_EOF:
                    open_partitions.discard((message.topic(), message.partition()))
                else:
                    raise KafkaException(error)
    finally:
        consumer.close()


def partition_count(consumer: Consumer, topic: str) -> int:
    state = consumer.list_topics(topic, timeout=30).topics[topic]
    if state.error is not None:
        raise KafkaException(state.error)
    return len(state.partitions)


def shapes(bootstrap: str, topics: List[str]) -> Dict[str, Dict[str, int]]:
    """Partitions of each topic, and the sum of the offsets at which they end: the ends of transactions take some too."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "verify-kafka"})
    try:
        described = {}
        for topic in topics:
            partitions = partition_count(consumer, topic)
            ends = [consumer.get_watermark_offsets(TopicPartition(topic, n), 30)[1] for n in range(partitions)]
            described[topic] = {"partitions": partitions, "offsets": sum(ends)}
        return described
    finally:
        consumer.close()


def fetch(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as response:
        return json.load(response)


class Decoder:
    """Turns values into fields: Avro where there is a registry, else JSON."""

    def __init__(self, registry: Optional[str], report: Report) -> None:
        self.registry = registry.rstrip("/") if registry else None
        self.report = report
        self.schemas: Dict[Tuple[str, int], Any] = {}

    def decode(self, subject: str, topic: Topic, value: bytes) -> Dict[str, Any]:
        if self.registry is None:
            return json.loads(value)
        from fastavro import schemaless_reader

        magic, number = struct.unpack_from(">bI", value)
        self.report.expect("payloads", f"{subject} framing", 0, magic)
        if (subject, number) not in self.schemas:
            self.schemas[subject, number] = self.schema(subject, topic, number)
        stream = io.BytesIO(value)
        stream.seek(5)
        fields = schemaless_reader(stream, self.schemas[subject, number], None)
        if stream.tell() != len(value):
            raise ValueError(f"{len(value) - stream.tell()} bytes left over")
        return fields

    def schema(self, subject: str, topic: Topic, number: int) -> Any:
        from fastavro import parse_schema

        schema = json.loads(fetch(f"{self.registry}/schemas/ids/{number}")["schema"])
        latest = json.loads(fetch(f"{self.registry}/subjects/{subject}/versions/latest")["schema"])
        self.report.expect("schemas", f"{subject} latest", latest, schema)
        check_schema(self.report, subject, topic, schema)
        return parse_schema(schema)


def check_schema(report: Report, subject: str, topic: Topic, schema: Any) -> None:
    """Compares a schema with the contract."""
    name = (schema["type"], schema.get("namespace"), schema["name"])
    report.expect("schemas", f"{subject} name", ("record", "com.financial.banking", topic.record), name)
    fields = [(field["name"], contract_type(field["type"])) for field in schema["fields"]]
    report.expect("schemas", f"{subject} fields", list(topic.fields.items()), fields[: len(topic.fields)])
    for field in schema["fields"]:
        union = isinstance(field["type"], list)
        added = field["name"] not in topic.fields
        report.expect("schemas", f"{subject} {field['name']} default", union, "default" in field)
        report.expect("schemas", f"{subject} {field['name']} may be null", True, union or not added)
        report.expect("schemas", f"{subject} {field['name']} has a doc", True, bool(field.get("doc")))


def contract_type(kind: Any) -> object:
    """An Avro type as the contract above writes it."""
    if isinstance(kind, list):
        return tuple(contract_type(option) for option in kind)
    if isinstance(kind, str):
        return kind
    known = (kind["type"], kind["logicalType"], kind.get("precision"), kind.get("scale"))
    return tuple(part for part in known if part is not None)


# ---------------------------------------------------------------------------------------------------------------------
# What a record must be


def murmur2(data: bytes) -> int:
    """Kafka's 32-bit hash of a key (Austin Appleby's MurmurHash2, seed 0x9747b28c)."""
    mask, factor = 0xFFFFFFFF, 0x5BD1E995
    value = (0x9747B28C ^ len(data)) & mask
    whole = len(data) & ~3
    for (part,) in struct.iter_unpack("<I", data[:whole]):
        part = part * factor & mask
        part = (part ^ part >> 24) * factor & mask
        value = value * factor & mask ^ part
    if len(data) > whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * factor & mask
    value = (value ^ value >> 13) * factor & mask
    return value ^ value >> 15


def java_partition(key: bytes, partitions: int) -> int:
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def iso_millis(value: Any) -> Optional[str]:
    """An instant, decoded or as JSON text, as `YYYY-MM-DDThh:mm:ss.SSSZ`."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Checker:
    """Checks record after record, and what can only be said at the end."""

    def __init__(self, args: argparse.Namespace, report: Report, topics: Dict[str, Topic]) -> None:
        self.args = args
        self.report = report
        self.topics = topics
        self.decoder = Decoder(args.registry, report)
        self.media_type = "application/avro" if args.registry else "application/json"
        self.partitions: Dict[str, int] = {}
        self.hashes: Dict[bytes, int] = {}
        self.ids: Dict[str, Set[str]] = defaultdict(set)
        self.event_ids: Set[str] = set()
        self.owners = owners(args.postgres, args.schema) if args.postgres else None

    def check(self, message: Message, partitions: int) -> None:
        name = message.topic()
        topic = self.topics[name]
        where = f"{name}/{message.partition()}@{message.offset()}"
        try:
            fields = self.decoder.decode(f"{name}-value", topic, message.value() or b"")
        except Exception as error:  # whatever the decoder says of bytes that are no record
            self.report.expect("payloads", where, "a record", f"{type(error).__name__} {error}")
            return
        key = message.key() or b""
        identity = fields[topic.id]
        self.report.expect("unique", f"{where} {identity}", False, identity in self.ids[name])
        self.ids[name].add(identity)
        self.report.expect("keys", where, fields[topic.key], key.decode("utf-8", "replace"))
        if key not in self.hashes:
            self.hashes[key] = murmur2(key) & 0x7FFFFFFF
        self.report.expect("partitions", where, self.hashes[key] % partitions, message.partition())
        self.check_headers(where, topic, fields, key, message.headers() or [])
        self.check_time(where, message)
        if self.owners is not None:
            self.check_references(where, topic, fields)

    def check_headers(self, where: str, topic: Topic, fields: Dict[str, Any], key: bytes, headers: Any) -> None:
        if self.args.no_cloudevents:
            self.report.expect("headers", where, [], headers)
            return
        got = dict(headers)
        event_id = got.get("ce_id", b"").decode("utf-8", "replace")
        event_time = next((iso for iso in (iso_millis(fields.get(name)) for name in topic.event_time) if iso), "")
        self.report.expect("headers", where, [
            ("ce_specversion", b"1.0"),
            ("ce_type", topic.event_type.encode()),
            ("ce_source", topic.source.encode()),
            ("content-type", self.media_type.encode()),
            ("ce_id", self.event_id(topic, fields, event_id).encode()),
            ("ce_time", event_time.encode()),
            ("ce_subject", key),
        ], headers)
        self.report.expect("unique", f"{where} ce_id {event_id}", False, event_id in self.event_ids)
        self.event_ids.add(event_id)

    def event_id(self, topic: Topic, fields: Dict[str, Any], got: str) -> str:
        """The event's own id; an instalment's event is one of its versions, which has an id of its own."""
        if topic.entity != "installments":
            return fields[topic.id]
        own = UUID.fullmatch(got) and got != fields[topic.id]
        return got if own else "the id of a version"

    def check_time(self, where: str, message: Message) -> None:
        _, sent = message.timestamp()
        latest = time.time() * 1000 + 60_000
        self.report.expect("times", f"{where} {sent}", True, self.args.since <= sent <= latest)

    def check_references(self, where: str, topic: Topic, fields: Dict[str, Any]) -> None:
        owner = self.owners[topic.parent].get(fields[topic.key])
        self.report.expect("references", f"{where} {topic.key}", fields["customer_id"], owner)
        known = fields["customer_id"] in self.owners["customers"]
        self.report.expect("references", f"{where} customer_id", True, known)
        if "stock_id" in fields:
            self.report.expect("references", f"{where} stock_id", True, fields["stock_id"] in self.owners["stocks"])


def owners(url: str, schema: str) -> Dict[str, Dict[str, str]]:
    """Ids of the master rows in PostgreSQL, each with the customer that it belongs to."""
    import pg8000.native

    parts = urlsplit(url)
    connection = pg8000.native.Connection(
        unquote(parts.username or "postgres"),
        host=parts.hostname or "localhost",
        port=parts.port or 5432,
        database=unquote(parts.path[1:]) or "datagen",
        password=unquote(parts.password) if parts.password else None,
    )
    quoted = '"' + schema.replace('"', '""') + '"'
    queries = {table: f"{key}, customer_id" for table, key in PARENTS.items()}
    queries.update({"customers": "customer_id, customer_id", "stocks": "stock_id, stock_id"})
    try:
        return {
            table: {str(key): str(owner) for key, owner in connection.run(f"SELECT {columns} FROM {quoted}.{table}")}
            for table, columns in queries.items()
        }
    finally:
        connection.close()


def record_hash(message: Message, framed: bool) -> int:
    """128 bits of a record's key, headers and value."""
    digest = hashlib.blake2b(digest_size=16)
    value = message.value() or b""
    parts = [message.key() or b""]
    for name, content in message.headers() or []:
        parts += [name.encode(), content or b""]
    for part in [*parts, value[5:] if framed else value]:
        digest.update(struct.pack(">I", len(part)))
        digest.update(part)
    return int.from_bytes(digest.digest(), "big")


# ---------------------------------------------------------------------------------------------------------------------
# The program


def verify(args: argparse.Namespace) -> Dict[str, Any]:
    report = Report()
    topics = {f"{args.prefix}.{topic.name}": topic for topic in TOPICS}
    names = [name for name, topic in topics.items() if args.expect is None or topic.entity in args.expect]
    checker = None if args.digest else Checker(args, report, topics)
    shape = {topics[name].entity: described for name, described in shapes(args.bootstrap, names).items()}
    found = {topics[name].entity: {"records": 0, "digest": 0} for name in names}
    for message in records(args.bootstrap, names):
        entry = found[topics[message.topic()].entity]
        entry["records"] += 1
        entry["digest"] = (entry["digest"] + record_hash(message, args.registry is not None)) % 2**128
        if checker is not None:
            checker.check(message, shape[topics[message.topic()].entity]["partitions"])
    for entity, count in (args.expect or {}).items():
        report.expect("counts", entity, count, found[entity]["records"])
    for entry in found.values():
        entry["digest"] = f"{entry['digest']:032x}"
    return {"topics": found, "shape": shape, "findings": report.findings, "shown": report.shown}


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks what datagen sent to Kafka.")
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--prefix", default="banking")
    parser.add_argument("--registry")
    parser.add_argument("--postgres")
    parser.add_argument("--schema", default="public")
    parser.add_argument("--expect", type=json.loads)
    parser.add_argument("--since", type=int, default=0)
    parser.add_argument("--no-cloudevents", action="store_true")
    parser.add_argument("--digest", action="store_true")
    args = parser.parse_args()
    try:
        result = verify(args)
    except Exception as error:  # a server that is not there, a topic that is gone
        print(f"error: Cannot verify {args.prefix} at {args.bootstrap}: {error}", file=sys.stderr)
        return 2
    print(json.dumps(result))
    return 1 if result["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
