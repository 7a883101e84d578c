"""What every template may use: wording, figures, links and the classes of meaning."""

from __future__ import annotations

from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for

from service.maps.figures import Figures
from service.maps.styles import hatch_defs, tone_class
from service.web.assets import served_assets
from service.web.permissions import may_open
from service.web.question import NOT_CARRIED, current_question, question_or_today
from service.web.readings import current_site
from service.web.sessions import csrf_token, current_identity


def furnish(app: Flask) -> None:
    """Give every template the day, the wording and the figures of the question asked."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def values() -> dict[str, Any]:
        question, identity = question_or_today(), current_identity()
        return {
            "question": question,
            "language": question.language,
            "_": question.translate,
            "figures": Figures(question.translate),
            "district": cache(district),
            "assets": served_assets(),
            "tone_class": tone_class,
            "hatches": hatch_defs(),
            "here": here,
            "actor": identity.actor if identity else None,
            "may_open": partial(may_open, identity.actor if identity else None),
            "csrf_token": csrf_token,
        }


def here(**changes: Any) -> str:
    """Address of the present page with some of its parameters changed; None removes one."""
    path = url_for(request.endpoint or "home.home", **(request.view_args or {}), **NOT_CARRIED)
    asked = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in asked.items() if value is not None}
    query = urlencode(kept, doseq=True)
    return f"{path}?{query}" if query else path


def district() -> str:
    """Name of the district shown, in the language asked for."""
    return current_site().readings.district(current_question().language)
