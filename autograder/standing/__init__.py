"""What staff did, and where each person stands after it: events, lateness, the final score. Pure; keeps nothing.

events      what staff can do
describe    an event as a sentence
effective   which events are in force
unused      which of those reach nobody
works       which submission of several counts
lateness    what lateness costs
outcomes    which points of grading are believed
standing    a row for each person
export      what platforms are told
regrade     the better of two gradings, and what changes
"""
