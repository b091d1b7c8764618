"""What is busy on a server: one script asks, one parser reads."""
