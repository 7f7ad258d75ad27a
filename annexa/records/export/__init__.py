"""The file of a complete export: which tables, what they say of themselves, and how it is written."""
