"""``python -m hall``."""

from hall.cli import main

if __name__ == "__main__":
    main()
