"""The groups of our staff; nobody is given a permission of his own."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = ("agent", "adjudicator", "trust", "finance", "supervisor", "auditor")


def make(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    groups = apps.get_model("auth", "Group")
    for name in ROLES:
        groups.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
