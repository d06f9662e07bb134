"""The app of the desk: takes the place of `django.contrib.admin` in INSTALLED_APPS."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "marketplace.desk.StaffSite"
