OK_FORMAT = True

test = {   "name": "whole",
    "points": 3,
    "all_or_nothing": True,
    "suites": [   {   "cases": [   {   "code": ">>> half(4)\n2.0",
                                       "hidden": False,
                                       "name": "four",
                                       "success_message": "Four is halved.",
                                       "failure_message": "Is four halved?"},
                                   {   "code": ">>> half(-1) # doctest: +ELLIPSIS\n-0.5...",
                                       "hidden": True}],
                      "scored": True,
                      "setup": "",
                      "teardown": "",
                      "type": "doctest"}]}
