"""The store by itself: real SQLite, real files."""
