"""The scale beside the streaks engine: a bare kafka-python consumer that polls the same records.

Prints how many it read, the seconds it took and the CPU seconds, and does nothing else with them.
"""

import sys
import time

from kafka import KafkaConsumer, TopicPartition


def main(bootstrap: str, topic: str, partitions: int, events: int) -> None:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
    read, began_s, cpu_s = 0, time.perf_counter(), time.process_time()
    while read < events:
        read += sum(len(records) for records in consumer.poll(1000, 2000).values())
    print(read, time.perf_counter() - began_s, time.process_time() - cpu_s)
    consumer.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
