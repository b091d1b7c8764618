"""HTTP and WebSocket: outside shapes in, outside shapes out."""
