"""What staff did and where each person stands after it."""
