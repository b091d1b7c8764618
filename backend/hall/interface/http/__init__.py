"""How an answer looks: its headers, its errors, its one shape for what is refused."""
