"""Access tokens: their verification, the keys that sign them, and their expiry."""
