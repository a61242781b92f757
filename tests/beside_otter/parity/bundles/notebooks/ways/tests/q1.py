OK_FORMAT = True

test = {   'name': 'q1',
    'points': 2,
    'suites': [   {   'cases': [   {'code': '>>> area(2) == 4\nTrue', 'hidden': False, 'locked': False},
                                   {'code': '>>> assert area(1.5) == 2.25\n', 'hidden': True, 'locked': False}],
                      'scored': True,
                      'setup': '',
                      'teardown': '',
                      'type': 'doctest'}]}
