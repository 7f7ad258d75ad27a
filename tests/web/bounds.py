"""How many queries a page may take."""

# Fourteen; a test's own transaction adds a savepoint, its release, and the reset of the scope.
FEW = 14 + 3
