"""The adapters: input and output only. They translate and time out; they never decide."""
