import csv
import io

import pytest

from autograder.intake.matches import matches_csv
from autograder.intake.matching import Matching, Rule, match
from autograder.model import HandedIn, Person, Platform, Student

JANE = Student("101", "jdoe", "Jane.Doe@school.edu", "Jane Doe")
JOSE = Student("102", "jruiz", "", "Ruiz, José")
MUELLER = Student("103", "", "", "Anna Müller")
CLASS = [JANE, JOSE, MUELLER]


def claim(stem: str) -> HandedIn:
    return HandedIn(Platform.FOLDER, "", stem, "", stem, claimed=True)


def canvas(owner: str, person: Person, attempt: str = "1") -> HandedIn:
    return HandedIn(Platform.CANVAS, "", owner, attempt, f"{person.name}_{owner}_{attempt}", people=(person,))


def gradescope(owner: str, *people: Person) -> HandedIn:
    return HandedIn(Platform.GRADESCOPE, "9", owner, "", owner, people=people)


def found(matching: Matching, one: HandedIn) -> list[tuple[str, Rule]]:
    return [(link.student.id, link.rule) for link in matching.owners[one.owner_key].links]


@pytest.mark.parametrize(
    ("stem", "student", "rule"),
    [
        ("101", "101", Rule.SID),
        ("JDOE", "101", Rule.LOGIN),
        ("jane.doe@SCHOOL.edu", "101", Rule.EMAIL),
        ("doe_jane", "101", Rule.NAME),
        ("section 2/jdoe", "101", Rule.LOGIN),
        ("JOSÉ RUIZ", "102", Rule.NAME),
        ("jose-ruiz", "102", Rule.NAME),
        ("Müller, Anna", "103", Rule.NAME),
        ("annamuller", "103", Rule.NAME),
    ],
)
def test_a_rule_finds_its_student(stem: str, student: str, rule: Rule) -> None:
    assert found(match([claim(stem)], CLASS), claim(stem)) == [(student, rule)]


@pytest.mark.parametrize(
    ("stem", "nearest"), [("Anna Mueller", "103"), ("Jane Do", "101"), ("hw1_jdoe_final", "101"), ("0101", "101"), ("jane", "101")]
)
def test_a_likeness_is_only_a_suggestion(stem: str, nearest: str) -> None:
    owner = match([claim(stem)], CLASS).owners[claim(stem).owner_key]
    assert owner.links == ()
    assert owner.suggestions[0].student.id == nearest
    assert 60 <= owner.suggestions[0].likeness <= 100


@pytest.mark.parametrize("stem", ["", "…", "😀", "x" * 4000, "\x1b[2J", "=1+1", "a " * 2000])
def test_rubbish_is_nobody_s(stem: str) -> None:
    matching = match([claim(stem)], CLASS)
    assert found(matching, claim(stem)) == []
    assert matching.owners[claim(stem).owner_key].sentence
    assert all(len(warning) < 1000 and warning.isprintable() for warning in matching.warnings)


def test_two_claims_on_one_student_count_for_neither() -> None:
    matching = match([claim("101"), claim("jdoe"), claim("jruiz")], CLASS)
    assert matching.by_student() == {"102": claim("jruiz").owner_key}
    (conflict,) = matching.conflicts
    assert (conflict.student, conflict.counts) == (JANE, None)
    assert conflict.owners == (claim("101").owner_key, claim("jdoe").owner_key)
    assert conflict.sentence in matching.warnings


def test_a_second_file_of_one_name_is_a_second_claim() -> None:
    for second in ("jdoe (2)", "late/jdoe", "jdoe(1)"):
        matching = match([claim("jdoe"), claim(second)], CLASS)
        assert matching.by_student() == {}
        assert len(matching.conflicts) == 1


def test_staff_settle_a_conflict() -> None:
    matching = match([claim("101"), claim("jdoe")], CLASS, {claim("jdoe").owner_key: "101"})
    assert found(matching, claim("jdoe")) == [("101", Rule.STAFF)]
    assert found(matching, claim("101")) == []
    assert "as staff said" in matching.owners[claim("101").owner_key].sentence
    assert matching.conflicts == ()


def test_staff_win_over_the_platform_and_a_student_unknown_to_the_roster_is_said() -> None:
    jane = gradescope("1", Person(sid="101", name="Jane Doe"))
    assert found(match([jane], CLASS, {jane.owner_key: "102"}), jane) == [("102", Rule.STAFF)]
    matching = match([jane], CLASS, {jane.owner_key: "999"})
    assert found(matching, jane) == [("101", Rule.SID)]
    assert "999" in matching.owners[jane.owner_key].sentence


def test_staff_said_so_of_two_submissions_counts_for_neither() -> None:
    confirmed = {claim("a").owner_key: "101", claim("b").owner_key: "101"}
    matching = match([claim("a"), claim("b")], CLASS, confirmed)
    assert matching.by_student() == {}
    assert "undo" in matching.conflicts[0].sentence


def test_a_platform_s_word_counts_before_the_name_of_a_file() -> None:
    jane = gradescope("1", Person(sid="101", name="Jane Doe"))
    matching = match([jane, claim("jdoe")], CLASS)
    assert matching.by_student() == {"101": jane.owner_key}
    assert matching.conflicts[0].counts == jane.owner_key


def test_two_owners_of_one_student_on_a_platform_are_a_conflict() -> None:
    one, other = (gradescope(owner, Person(sid="101")) for owner in "12")
    matching = match([one, other], CLASS)
    assert matching.by_student() == {}
    assert matching.conflicts[0].counts is None


def test_attempts_of_one_owner_are_no_conflict() -> None:
    matching = match([canvas("7", Person(name="doejane"), attempt) for attempt in ("9", "10")], CLASS)
    (owner,) = matching.owners.values()
    assert owner.submissions == ("doejane_7_9", "doejane_7_10")
    assert [link.student.id for link in owner.links] == ["101"]
    assert matching.conflicts == ()


def test_facts_that_mean_different_students_mean_nobody() -> None:
    one = gradescope("1", Person(sid="102", email="jane.doe@school.edu"))
    matching = match([one], CLASS)
    assert found(matching, one) == []
    assert {suggestion.student.id for suggestion in matching.owners[one.owner_key].suggestions} == {"101", "102"}


def test_the_same_name_with_another_number_is_another_person() -> None:
    one, other = gradescope("1", Person(sid="102", name="José Ruiz")), gradescope("2", Person(sid="555", name="Jane Doe"))
    matching = match([one, other], CLASS)
    assert found(matching, one) == [("102", Rule.SID)]
    assert found(matching, other) == []
    assert "another id" in matching.owners[other.owner_key].sentence


def test_the_same_name_with_another_address_of_the_school_is_another_person() -> None:
    students = [JANE, Student("109", email="x@school.edu")]
    one = gradescope("1", Person(email="x@school.edu"))
    other, private = (gradescope("2", Person(email=email, name="Jane Doe")) for email in ("jane.doe2@school.edu", "jane@home.org"))
    assert found(match([one, other], students), other) == []
    assert found(match([one, private], students), private) == [("101", Rule.NAME)]


def test_a_name_does_not_take_a_student_from_whoever_proved_to_be_them() -> None:
    one, other = gradescope("1", Person(email="jane.doe@school.edu", name="J")), gradescope("2", Person(name="Jane Doe"))
    matching = match([one, other], CLASS)
    assert matching.by_student() == {"101": one.owner_key}
    assert matching.conflicts == ()


def test_equal_names_match_nobody_and_both_are_suggested() -> None:
    twins = [Student("1", name="Chen Wei"), Student("2", name="Wei Chen")]
    matching = match([canvas("7", Person(name="chenwei"))], twins)
    (owner,) = matching.owners.values()
    assert owner.links == ()
    assert [(suggestion.student.id, suggestion.likeness) for suggestion in owner.suggestions] == [("1", 100), ("2", 100)]


def test_names_that_differ_by_an_accent_are_kept_apart() -> None:
    both = [Student("1", name="Jose Ruiz"), Student("2", name="José Ruiz")]
    assert found(match([claim("José Ruiz")], both), claim("José Ruiz")) == [("2", Rule.NAME)]
    assert found(match([claim("Jose Ruiz")], both), claim("Jose Ruiz")) == []  # José may have been written without it


def test_an_umlaut_written_out_makes_a_name_doubtful() -> None:
    both = [Student("1", name="Anna Müller"), Student("2", name="Anna Mueller")]
    assert found(match([claim("Anna Mueller")], both), claim("Anna Mueller")) == []
    assert found(match([claim("Anna Müller")], both), claim("Anna Müller")) == [("1", Rule.NAME)]
    assert found(match([claim("Anna Mueller")], both[1:]), claim("Anna Mueller")) == [("2", Rule.NAME)]


def test_a_platform_s_group_is_everybody_it_names() -> None:
    one = gradescope("1", Person(sid="101"), Person(email="x@y.z", name="José Ruiz"), Person(sid="0", name="Somebody Else"))
    matching = match([one], CLASS)
    assert found(matching, one) == [("101", Rule.SID), ("102", Rule.NAME)]
    assert "Somebody Else" in matching.owners[one.owner_key].sentence


def grouped(*pairs: tuple[str, str]) -> list[Student]:
    return [Student(student, group=group) for student, group in pairs]


def test_a_member_s_or_the_group_s_own_submission_is_all_members() -> None:
    students = grouped(("1", "A"), ("2", "A"), ("3", "Team B"), ("4", "Team B"), ("5", ""))
    matching = match([claim("1"), claim("team b"), claim("5")], students)
    assert matching.by_student() == {
        student: claim(stem).owner_key for student, stem in zip("12345", ("1", "1", "team b", "team b", "5"), strict=True)
    }
    said = "The roster has groups: one member's submission counts for all members"
    assert f"{said} (1 student gets one that way)." in matching.warnings
    three = grouped(("1", "A"), ("2", "A"), ("3", "A"))
    assert match([claim("1")], three).warnings == (f"{said} (2 students get one that way).",)


def test_where_members_hand_in_their_own_work_nobody_gets_another_s() -> None:
    students = grouped(("1", "A"), ("2", "A"), ("3", "B"), ("4", "B"))
    matching = match([claim("1"), claim("2"), claim("3")], students)
    assert matching.by_student() == {student: claim(student).owner_key for student in "123"}
    assert any("work of their own" in warning for warning in matching.warnings)
    assert "4" in match([claim("3")], students).by_student()
    assert "4" not in match([claim("3")], students, group_work=False).by_student()


def test_a_number_of_a_platform_is_no_name_of_a_group() -> None:
    students = grouped(("1", "7"), ("2", "7"))
    one = canvas("7", Person(id="7", name="nobody"))
    assert found(match([one], students), one) == []


def test_a_group_that_a_platform_names_is_the_roster_s() -> None:
    students = grouped(("1", "Team B"), ("2", "Team B"), ("3", "7"))
    moodle = HandedIn(Platform.MOODLE, "", "7", "", "Team B_7", people=(Person(id="7", name="Team B"),))
    github = HandedIn(Platform.GITHUB, "", "hw1-team b", "", "hw1-team b", people=(Person(id="team b", login="team b"),))
    for one in (moodle, github):
        assert found(match([one], students), one) == [("1", Rule.GROUP), ("2", Rule.GROUP)]


def test_anonymous_ids_that_match_nobody_are_said_at_the_start() -> None:
    hidden = HandedIn(Platform.MOODLE, "", "4454589", "", "Participant 4454589", anonymous=True)
    matching = match([hidden], CLASS)
    assert matching.students(hidden.owner_key) == ()
    said = "Anonymous, with an id that is not on the roster: 1 of 1 submission. None is exported."
    assert matching.warnings == (f"{said} Give Moodle's grading worksheet, as the roster.",)
    other = Student("101", platform_ids=((Platform.MOODLE, "4454590"),))
    assert match([hidden], [other]).warnings == (f"{said} Download Moodle's grading worksheet again, as the roster.",)
    known = Student("101", platform_ids=((Platform.MOODLE, "4454589"),))
    assert found(match([hidden], [known]), hidden) == [("101", Rule.PLATFORM_ID)]


def test_the_list_of_matches_has_a_row_for_everybody_and_no_formula() -> None:
    handed_in = [claim("=cmd()"), claim("jdoe"), claim("Anna Mueller")]
    data = matches_csv(match(handed_in, CLASS))
    assert data == matches_csv(match(handed_in[::-1], CLASS))
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert [(row["submission"], row["student"], row["rule"]) for row in rows] == [
        ("'=cmd()", "", ""),
        ("Anna Mueller", "", ""),
        ("jdoe", "101", "login"),
    ]
    assert rows[1]["suggestions"].startswith("103 Anna Müller (100)")
    assert all(row["sentence"] for row in rows)


def test_a_group_of_moodle_s_is_its_members_also_where_its_number_is_a_participant_s() -> None:
    def member(number: str, name: str, group: str) -> Student:
        return Student(number, name=name, group=group, platform_ids=((Platform.MOODLE, number),))

    students = [member("11", "Jane Doe", "Group A"), member("12", "José Ruiz", "Group B"), member("13", "Group Me", "Group B")]
    of_a, of_b = (
        HandedIn(Platform.MOODLE, "", number, "", name, people=(Person(number, name=name),))
        for number, name in (("12", "Group A"), ("99", "Group B"))
    )
    by_student = match([of_a, of_b], students).by_student()
    assert by_student == {"11": of_a.owner_key, "12": of_b.owner_key, "13": of_b.owner_key}
