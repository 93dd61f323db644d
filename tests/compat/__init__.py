"""Real clients and raw requests against a real broker process: kafkalite, or Apache Kafka to prove the suite right.

    pytest tests/compat                                    starts kafkalite
    pytest tests/compat --broker apache-kafka              starts Apache Kafka 4.4 (needs Java and Maven)
    pytest tests/compat --bootstrap 127.0.0.1:9092         uses a running one; what must restart it is skipped
    pytest tests/compat --client confluent-kafka           one client (may be repeated)

`scripts/compat` runs `test_clients.py`, the matrix of all clients and all scenarios, a process for each client, and
writes a report; the options above are pytest's. `scenarios/` says what is done and expected, `drivers/` how one client
does it, `clients/` which clients there are. A client that is missing is skipped and named at the end of the run.
Clients are fetched into a cache outside the repository. `test_raw_*.py` and `test_bad_input.py` need no client: they
speak to the broker byte by byte.
"""

import sys

if pytest := sys.modules.get("pytest"):  # not in a driver, which is started as a module of this package
    pytest.register_assert_rewrite(f"{__name__}.scenarios", f"{__name__}.raw")
