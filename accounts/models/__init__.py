"""The tables of the app `accounts`."""

from accounts.models.access import ApiRequest, Device, Token
from accounts.models.people import Level, User, UserManager, UserState

__all__ = ["ApiRequest", "Device", "Level", "Token", "User", "UserManager", "UserState"]
