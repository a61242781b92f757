"""Nothing is lost: not by `kill -9`, Ctrl-C, a full disk, a damaged file or a second command."""
