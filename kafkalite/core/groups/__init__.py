"""Consumer groups as state machines."""
