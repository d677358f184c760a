import json

import pytest

from holdings.importers.mapped import KINDS, LABELS, Field, from_json, propose, to_json, unsettled
from holdings.importers.text import decode
from tests.holdings.importers.files import fixture


def stored() -> dict[str, object]:
    return json.loads(json.dumps(to_json(propose(decode(fixture("mapped_german.csv"))).spec)))


def test_a_mapping_comes_back_from_storage() -> None:
    assert from_json(stored()) == propose(decode(fixture("mapped_german.csv"))).spec


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": {"date": "Day"}}, "no column “Day”"),
        ({"columns": {"colour": "ISIN"}}, "colour"),
        ({"kinds": {"kauf": "merger"}}, "cannot be: merger"),
        ({"kinds": {"kauf": "bought"}}, "bought"),
        ({"decimal": ";"}, "decimal sign"),
        ({"delimiter": "::"}, "separated by one sign"),
        ({"currency": "EURO"}, "not a currency"),
        ({"dates": "ydm"}, "ydm"),
        ({"header": None}, "incomplete"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_json(stored() | change)


def test_what_is_not_mapped_is_asked() -> None:
    spec = from_json(stored() | {"columns": {}})

    assert [question.name for question in unsettled(spec)] == ["date", "amount"]


def test_every_field_and_question_has_its_words() -> None:
    assert set(LABELS) == set(Field)
    assert len(set(KINDS)) == len(KINDS)
