"""Readers of the files of Interactive Brokers: transaction history, activity statement, Flex CSV and Flex XML.

Three spellings of the same records (statement columns, Flex columns, Flex attributes) are read through one `Record`.
"""
