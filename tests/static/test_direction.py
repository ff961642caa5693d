"""One direction: a lower addon never names a higher one, its models or its ids."""

import re

from .house import at, house, plant, verdict
from .models import models


def upward_names(house):
    """Every naming of a higher addon, or of a model only a higher one has."""
    problems = []
    for addon in house.addons:
        # what a line is searched for, by the text it cannot do without: few files hold any
        forbidden = {name: re.escape(name) for name in addon.higher}
        for model in models(house).definitions.values():
            if model.addon in addon.higher:
                forbidden |= _model_patterns(model.name)
        for source in addon.sources:
            patterns = [forbidden[text] for text in forbidden if text in (source.text or "")]
            if not patterns:
                continue
            pattern = re.compile("|".join(patterns))
            for number, line in enumerate(source.lines, 1):
                found = pattern.search(line)
                if found:
                    problems.append(at(
                        source, number, f"{addon.name} names {found.group()!r} of a higher "
                        "addon; cut a hook here and fill it there"))
    return problems


def _model_patterns(name):
    """The model's dotted name, and the xmlid of its ir.model record."""
    xmlid = f"model_{name.replace('.', '_')}"
    return {name: rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", xmlid: rf"\b{xmlid}\b"}


def test_lower_addons_never_name_higher_ones():
    verdict(upward_names(house()))


def test_upward_names_are_caught(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor/models/a.py": "A = 'service_advisor_quality.group_x'\n",
        "service_advisor/views/a.xml": '<odoo><x model="service.complaint"/></odoo>',
        "service_advisor/security/a.csv": "a,a,model_service_complaint,base.x,1,1,1,1\n",
        "service_advisor/static/src/a.js": "// see service_advisor_reports\n",
        "service_advisor/i18n/a.po": "#. module: service_advisor_quality\n",
        "service_advisor/models/fine.py": "F = 'service.complaint.other', 'my.service.complaint'",
        "service_advisor_quality/models/b.py": """
            from odoo import models
            class Complaint(models.Model):
                _name = "service.complaint"
                _description = "Complaint, named by service_advisor_reports"
        """,
        "service_advisor_reports/models/c.py": "C = 'service_advisor_quality is lower: fine'",
    })
    problems = upward_names(fake)
    assert {p.split(":")[0].rpartition("/")[2] for p in problems} == {
        "a.py", "a.xml", "a.csv", "a.js", "a.po", "b.py"}
    assert len(problems) == 6
