"""What the notebooks of the attack suite are made of, by family."""
