"""What staff did, and where each person stands after it: events, lateness, the final score. Pure; keeps nothing."""
