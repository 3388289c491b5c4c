"""Tools for operators: `python -m ops.<tool> --help`. Credentials come from the environment."""
