"""What can be wrong with a catalog file."""

from dataclasses import dataclass

from annexa.lib.errors import UserError


@dataclass(frozen=True)
class Problem:
    """One thing wrong: where it stands and what to do."""

    file: str
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field or 'file'}: {self.sentence}"


class BadCatalogFile(UserError):
    """A file that cannot be read as catalog data; `problems` names file, line and field of each."""

    def __init__(self, problems: list[Problem]):
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
