"""Bytes: frames, headers, messages, record batches. Pure: no sockets, no files, no clock."""
