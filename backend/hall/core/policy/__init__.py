"""Should it be awake? Questions only, over configuration and model."""
