"""A broker file on its way in, step by step; and out again."""
