"""Pages: what they say of a state, in whose language, and the files that they need."""
