"""Prints every record of a topic as a line of JSON: partition, key, headers, and the value in hexadecimal.

    dump_topic.py BOOTSTRAP TOPIC
"""

import json
import sys

from confluent_kafka import Consumer, TopicPartition

bootstrap, topic = sys.argv[1:]
consumer = Consumer({
    "bootstrap.servers": bootstrap,
    "group.id": "dump",
    "enable.auto.commit": False,
    "isolation.level": "read_committed",
    "enable.partition.eof": True,
})
partitions = consumer.list_topics(topic, 30).topics[topic].partitions
consumer.assign([TopicPartition(topic, each, 0) for each in partitions])
left = len(partitions)
while left > 0:
    message = consumer.poll(30)
    if message is None:
        sys.exit("no answer within 30 s")
    if message.error() is not None:
        left -= 1  # the end of a partition
        continue
    print(json.dumps({
        "partition": message.partition(),
        "key": message.key().decode(),
        "headers": [[name, value.decode()] for name, value in message.headers() or []],
        "value": message.value().hex(),
    }))
consumer.close()
