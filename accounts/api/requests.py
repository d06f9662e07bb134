"""The request of a person who is signed in, behind a door that lets nobody else in."""

from rest_framework.request import Request

from accounts.models import User


class PersonRequest(Request):
    user: User
