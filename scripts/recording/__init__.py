"""What a client and a Kafka say to each other, decoded, one line a message: `scripts/record`.

    batches        record batches as plain values, and back
    plain          messages as plain values, and back
    conversation   one connection: frames become lines (pure)
    frames         frames cut out of a stream
    proxy          the sockets between client and Kafka

A line is a JSON object. Every one has `connection` (they are numbered as they come), `at` (milliseconds since the
start) and `from` ("client" or "broker"). A message has `api`, `version`, `id` (its correlation id) and `fields` with
Kafka's names; a request has `client_id` as well. What could not be decoded has `hex` and a `reason`. The other lines
are `event`s: "connects" with the `broker` it leads to, and "closes". A first line says what is recorded, and when.
"""
