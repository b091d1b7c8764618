"""The journal in SQLite. SQL stands nowhere else."""
