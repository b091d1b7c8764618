"""Everything that Hall does over SSH: Docker's socket, the sleep order, the guards.

Only ``build`` is imported from outside; it loads the rest, and asyncssh, when SSH is configured.
"""
