"""The program on the sleeping server: what Hall may see and order there, and nothing more."""
