"""Forms in the look of the kit: Django renders every form and field through these templates."""

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template import loader

_stock = DjangoTemplates()
CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)
# Browsers send and expect ISO dates whatever the language.
NATIVE: tuple[tuple[type[forms.Widget], str, str], ...] = (
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
)


class Renderer(TemplatesSetting):
    """Our templates for forms and fields; Django's own for the widgets inside."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """Return a template of the kit, or a widget's stock template."""
        return (
            loader.get_template(template_name)
            if template_name.startswith("ui/")
            else _stock.get_template(template_name)
        )


def control(field: forms.BoundField) -> str:
    """Render a field's control with the classes and the native date picker that its widget needs."""
    widget: Any = field.field.widget
    if native := next(((kind, form) for each, kind, form in NATIVE if isinstance(field.field.widget, each)), None):
        widget.input_type, widget.format = native
    css = next(css for each, css in CLASSES if isinstance(field.field.widget, each))
    if field.errors:
        css += " is-invalid"
    return field.as_widget(attrs={"class": f"{css} {widget.attrs.get('class', '')}".strip()})


def kind(field: forms.BoundField) -> str:
    """Say how a field is laid out: check, group or line."""
    if isinstance(field.field.widget, forms.CheckboxInput):
        return "check"
    return "group" if field.use_fieldset else "line"


def options(field: forms.BoundField) -> list[forms.boundfield.BoundWidget]:
    """Return the choices of a group of radio buttons or check boxes, each to be rendered beside its label."""
    field.field.widget.attrs.setdefault("class", "form-check-input")
    return field.subwidgets
