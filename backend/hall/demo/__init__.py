"""Simulated servers that speak the real protocols, for a first look with no hardware."""
