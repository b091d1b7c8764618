"""The configuration file: read, located, explained, tried."""
