"""What Kafka means, pure: no sockets, files, clock or randomness. Time and fresh ids are arguments."""
