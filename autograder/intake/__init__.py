"""Submissions from whatever a learning platform gave, and the roster: who handed in what and when. Runs nothing, judges nothing."""
