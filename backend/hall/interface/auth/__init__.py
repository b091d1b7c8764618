"""Who asks, and may they: addresses, access lists, admins, and whose request is a visit."""
