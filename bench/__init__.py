"""Benchmarks: figures beside a comparator, in one run."""
