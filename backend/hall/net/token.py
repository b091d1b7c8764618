"""Where the gateway's own token stands in a request; see ``adapters/own_token.py``."""

TOKEN_HEADER = "Hall-Gateway-Token"  # noqa: S105 - its name, not its value
"""The header in which the command ``hall`` proves that it runs on the gateway."""
