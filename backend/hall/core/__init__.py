"""The core: pure decisions. No await, no clock, no file, no socket, no log."""
