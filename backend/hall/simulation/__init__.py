"""The simulation: visits replayed through the core on a virtual clock. Imports the core only."""
