"""What the servers of the tests are like."""

PARTITIONS = 4
