"""What follows from a fact: the only folder that makes new states. ``advance`` says why so."""
