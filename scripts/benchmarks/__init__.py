"""The parts of scripts/bench.py: brokers to measure, the load generator, rows, and what is made of the figures."""
