"""Append-only partition logs: batch checks, offsets, segments, producers."""
