"""The shapes of the JSON that leaves and comes in."""
