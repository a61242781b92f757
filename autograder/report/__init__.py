"""Results for people and programs. Nothing here decides a point.

document          one submission as JSON, for staff and programs; `schemas/` describes it
student_document  of it, what its student may read
page              one submission as a page for its student; also the door to the template engine
students_view     of where a person stands, what that person may see
student_files     a student's page and document together
class_page        the class as a page for staff
class_figures     what results add up to: cases, time
question_figures  what people's points add up to: questions, totals
plots             where the bars of a histogram stand
gradescope        one submission as Gradescope's results.json
junit             one submission as JUnit XML
words             what all of them say in the same words
progress          how far a run is, for people; `event_lines` for programs; `pace` has the figures, `hearing` says who hears them
standings         the class at the terminal; `fitting` makes its tables fit
changes           what a regrade changes, at the terminal; `case_changes` says why
explained         one submission in full, at the terminal
held_back         checks that nobody passed for want of what could cross
outcome           what grading says of a submission, without its cases
"""
