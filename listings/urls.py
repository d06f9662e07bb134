"""The routes of listings."""

from django.urls import path

from listings.views import browse, selling

urlpatterns = [
    path("", browse.home, name="home"),
    path("search/", browse.results, name="search"),
    path("c/<slug:slug>/", browse.category, name="category"),
    path("listings/mine/", selling.my_listings, name="my_listings"),
    path("listings/<uuid:pk>/", browse.listing, name="listing"),
    path("listings/<uuid:pk>/revisions/<int:number>/", browse.revision, name="revision"),
    path("listings/<uuid:pk>/withdraw/", selling.withdraw, name="listing_withdraw"),
    path("listings/<uuid:pk>/reopen/", selling.reopen, name="listing_reopen"),
    path("sell/", selling.sell, name="sell"),
    path("sell/<uuid:pk>/", selling.sell_edit, name="sell_edit"),
]
