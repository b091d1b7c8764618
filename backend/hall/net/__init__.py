"""What faces whoever reaches a port: protocols, connections, deadlines."""
