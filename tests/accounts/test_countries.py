from accounts.countries import countries


def test_every_code_is_two_letters_and_has_a_name() -> None:
    found = countries()
    assert len(found) >= 249
    assert all(len(code) == 2 and code.isupper() and name for code, name in found.items())


def test_the_known_countries_go_by_their_usual_names() -> None:
    assert [countries()[code] for code in ("US", "GB", "CA", "DE")] == [
        "United States",
        "United Kingdom",
        "Canada",
        "Germany",
    ]
