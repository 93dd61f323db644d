"""Sockets: listener, connection, dispatch. Everything trio needs to know of the network is here."""
