"""Running state: trio shells around the pure cores. Only `broker.py` knows every part."""
