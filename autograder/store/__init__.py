"""What a class has so far, on disk: judged results by content, who handed in what, staff events.

Everything else in OUT can be made from it.
"""
