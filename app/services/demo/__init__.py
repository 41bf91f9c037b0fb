"""A whole round for Đồng Nai with invented dossiers and answers, played by the real services."""
