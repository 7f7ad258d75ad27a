"""Between an uploaded workbook and an import: which column is which, and what is wrong in its cells."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from annexa.lib import headings
from annexa.lib.cells import Problem
from annexa.lib.mapped import Book, Sheet

MOST_SHOWN = 100  # problems on one page


class MappingForm(forms.Form):
    """A choice of sheet, and per field a choice of column; guessed from the headings, or as chosen the last time.

    `opened` returns a sheet by its name, or the likeliest one for none.
    """

    def __init__(
        self, *args: Any, book: Book, labels: Mapping[str, Any], opened: Callable[[str], Sheet], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        name = self.data.get("sheet") or ""
        self.opened = opened(name if name in book else "")
        self.names = list(labels)
        if len(book) > 1:
            names = [(each, each) for each in book]
            self.fields["sheet"] = forms.ChoiceField(label=_("Sheet"), choices=names, initial=self.opened.name)
        offered = [(str(index), f"{headings.cell_name(1, index)[:-1]}: {text}") for index, text in self.opened.headings]
        for field, label in labels.items():
            self.fields[field] = forms.ChoiceField(
                label=label,
                choices=[("", _("— not in the sheet")), *offered],
                initial=str(self.opened.columns.get(field, "")),
                required=False,
            )

    def sheet(self) -> Sheet:
        """Return the sheet with the columns that were chosen."""
        chosen = {name: int(self.cleaned_data[name]) for name in self.names if self.cleaned_data.get(name)}
        return self.opened.with_columns(chosen)


def problems(found: Iterable[Problem], sentence: Callable[[Problem], str]) -> dict[str, Any]:
    """Return what the page shows of problems: those that stop first, and how many more there are."""
    stopping_first = sorted(found, key=lambda problem: not problem.stops)
    shown = [(sentence(each), each.stops) for each in stopping_first[:MOST_SHOWN]]
    return {"problems": shown, "hidden": max(0, len(stopping_first) - MOST_SHOWN)}
