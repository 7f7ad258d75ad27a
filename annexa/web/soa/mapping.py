"""The form that says which column of a sheet is which."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annexa.lib import headings
from annexa.treatment.importers import soa_sheet
from annexa.treatment.queries import statement_sheet
from annexa.treatment.queries.statement_sheet import Book, Sheet

LABELS = {
    "ref": _("Id of the control"),
    "applicable": _("Applicable"),
    "reasons": _("Reasons in one column"),
    "risk": _("Risk in its own column"),
    "legal": _("Legal in its own column"),
    "contract": _("Contract in its own column"),
    "baseline": _("Baseline in its own column"),
    "justification": _("Justification"),
    "status": _("Status"),
    "implementation": _("How it is implemented"),
    "owner": _("Owner"),
}


class MappingForm(forms.Form):
    """A choice of sheet, and per field a choice of column; guessed from the headings."""

    def __init__(self, *args: Any, book: Book, guessed: Sheet, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.book = book
        name = self.data.get("sheet") or guessed.name
        self.opened = statement_sheet.open_sheet(book, name if name in book else guessed.name)
        if len(book) > 1:
            names = [(each, each) for each in book]
            self.fields["sheet"] = forms.ChoiceField(label=_("Sheet"), choices=names, initial=self.opened.name)
        offered = [(str(index), f"{headings.cell_name(1, index)[:-1]}: {text}") for index, text in self.opened.headings]
        for field in soa_sheet.ALL_COLUMNS:
            self.fields[field] = forms.ChoiceField(
                label=LABELS[field],
                choices=[("", _("— not in the sheet")), *offered],
                initial=str(self.opened.columns.get(field, "")),
                required=field == "ref",
            )

    def sheet(self) -> Sheet:
        """Return the sheet with the columns that were chosen."""
        chosen = {f: int(self.cleaned_data[f]) for f in soa_sheet.ALL_COLUMNS if self.cleaned_data.get(f)}
        return Sheet(self.opened.name, self.opened.rows, self.opened.heading, chosen)
