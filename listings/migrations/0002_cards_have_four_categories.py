"""The categories that card codes are offered in."""

from django.db import migrations

from listings.categories import CATEGORIES


def add(apps, schema_editor):
    category = apps.get_model("listings", "Category")
    for position, (slug, name, name_zh) in enumerate(CATEGORIES, start=1):
        category.objects.create(slug=slug, name=name, name_zh=name_zh, position=position)


class Migration(migrations.Migration):
    dependencies = [("listings", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
