"""Questions of what would be: each a pure function of a household's history and a country's rules."""
