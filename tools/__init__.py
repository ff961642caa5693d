"""Parts of the ./dev command. Standard library only: they run before anything is installed."""
