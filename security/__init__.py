"""Security scanners for the stack before its deployment, and the findings that are accepted."""
