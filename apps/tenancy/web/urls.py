"""Addresses of the settings' pages."""

from django.urls import path

from apps.tenancy.web import keys, members, roles

app_name = "tenancy"
urlpatterns = [
    path("members", members.member_list, name="members"),
    path("members/invite", members.member_invite, name="member_invite"),
    path("members/<uuid:membership_id>/role", members.member_role, name="member_role"),
    path("members/<uuid:membership_id>/end", members.member_end, name="member_end"),
    path("roles", roles.role_matrix, name="roles"),
    path("keys", keys.key_list, name="keys"),
    path("keys/new", keys.key_create, name="key_create"),
    path("keys/<uuid:key_id>/revoke", keys.key_revoke, name="key_revoke"),
    path("company", members.switch, name="switch"),
]
