"""What may stand in the configuration file: it parses, and refuses."""
