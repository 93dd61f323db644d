"""The cluster as an image built from metadata records."""
