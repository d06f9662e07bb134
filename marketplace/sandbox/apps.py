"""The Django app `marketplace.sandbox`: everything that exists only for trying Fairhand out."""

from django.apps import AppConfig

from marketplace.celery import app
from marketplace.lib import clock

# Beside the sweeps of marketplace/celery.py, so that nothing there knows of the sandbox.
DELIVERIES = "marketplace.sandbox.gateway_tasks.sweep_deliveries"


class SandboxConfig(AppConfig):
    name = "marketplace.sandbox"
    label = "sandbox"

    def ready(self) -> None:
        clock.use_offset("coalesce((SELECT sum(skipped) FROM sandbox_clockskip), interval '0')")
        app.conf.beat_schedule[DELIVERIES] = {
            "task": DELIVERIES,
            "schedule": 5,
            "options": {"expires": 5},
        }
