"""The programs that drive the clients: see line_protocol.py for what they speak."""
