"""Addresses of the console."""

from django.urls import path

from apps.console.web import views

app_name = "console"
urlpatterns = [
    path("", views.home, name="home"),
    path("live", views.live, name="live"),
    path("home/<slug:table>.csv", views.home_csv, name="home_csv"),
    path("companies", views.tenants, name="tenants"),
    path("styleguide", views.styleguide, name="styleguide"),
]
