"""One look at one link of the chain: ping, TCP connect, HTTP."""
