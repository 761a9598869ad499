"""Members, the matrix, keys and the change of company: what takes effect at once, and what is refused."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.core import clock
from apps.core.scope import SYSTEM, open_scope, tenant_scope
from apps.tenancy.models import ApiKey, Membership, RolePermission, User
from apps.tenancy.operations import add_member, set_role_permission
from tests.factories.books import make_customer
from tests.factories.pages import SignIn, error_at, names_in, settle, state_of, summary_of
from tests.factories.tenants import Company


def membership(company: Company, role: str) -> Membership:
    with open_scope(company.scope()):
        return Membership.objects.get(user=company.people[role], ended_at=None)


def role_of(company: Company, email: str) -> str | None:
    with open_scope(company.scope()):
        found = Membership.objects.filter(user__email=email, ended_at=None)
        return found.values_list("role", flat=True).first()


# Members


def test_somebody_new_is_invited_and_mailed_the_way_in(
    company: Company, sign_in: SignIn, mailoutbox: list[Any]
) -> None:
    email = f"{uuid4().hex}@example.com"
    client = sign_in(company)
    answer = client.post(
        "/settings/members/invite", {"email": email.upper(), "name": "Nia New", "role": "sales"}, follow=True
    )
    assert "Nia New may work here now." in names_in(answer)
    assert role_of(company, email) == "sales"
    (mail,) = mailoutbox
    assert mail.to == [email]
    assert "/accounts/password/reset/key/" in mail.body


def test_a_member_of_another_company_may_work_here_too(
    company: Company, stranger: Company, sign_in: SignIn
) -> None:
    them = stranger.people["sales"]
    sent = {"email": them.email, "name": "Another name", "role": "auditor"}
    assert sign_in(company).post("/settings/members/invite", sent).status_code == 302
    assert role_of(company, them.email) == "auditor"
    assert role_of(stranger, them.email) == "sales"
    with open_scope(company.scope()):
        assert User.objects.get(id=them.id).name == "Sales Person"


@pytest.mark.parametrize(
    "field,value", [("email", "nobody"), ("email", "a\x00@example.com"), ("role", "owner")]
)
def test_a_wrong_invitation_is_told_at_its_field(
    company: Company, sign_in: SignIn, field: str, value: str
) -> None:
    before = state_of(company)
    sent = {"email": "new@example.com", "name": "", "role": "sales"} | {field: value}
    answer = sign_in(company).post("/settings/members/invite", sent)
    assert (answer.status_code, bool(error_at(answer, field))) == (422, True)
    assert state_of(company) == before


def test_a_changed_role_holds_from_the_next_click(company: Company, sign_in: SignIn) -> None:
    theirs = sign_in(company, "support")
    assert theirs.get("/invoices/new").status_code == 403
    page = f"/settings/members/{membership(company, 'support').id}/role"
    assert sign_in(company).post(page, {"role": "sales"}).status_code == 302
    assert theirs.get("/invoices/new").status_code == 200


def test_an_ended_membership_ends_with_the_next_click(company: Company, sign_in: SignIn) -> None:
    theirs = sign_in(company, "finance")
    assert theirs.get("/customers/").status_code == 200
    page = f"/settings/members/{membership(company, 'finance').id}/end"
    assert sign_in(company).post(page).status_code == 302
    assert theirs.get("/customers/").status_code == 403
    assert "Finance Person" not in names_in(sign_in(company).get("/settings/members"))


@pytest.mark.parametrize("what,sent", [("role", {"role": "sales"}), ("end", {})])
def test_the_last_admin_stays(company: Company, sign_in: SignIn, what: str, sent: dict[str, str]) -> None:
    before = state_of(company)
    page = f"/settings/members/{membership(company, 'admin').id}/{what}"
    answer = sign_in(company).post(page, sent)
    assert answer.status_code == 409
    assert summary_of(answer) == "This is the tenant's last admin. Give somebody else the Admin role first."
    assert state_of(company) == before


# The matrix


def cells(page: str) -> tuple[list[str], str]:
    """Return the boxes that a browser would send, and the fingerprint."""
    boxes = re.findall(r'<input type="checkbox" name="cell" value="([^"]+)"( checked)?( disabled)?>', page)
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    return [value for value, checked, disabled in boxes if checked and not disabled], seen[1]


def test_a_cell_holds_from_the_next_click(company: Company, sign_in: SignIn) -> None:
    client, theirs = sign_in(company), sign_in(company, "support")
    sent, seen = cells(names_in(client.get("/settings/roles")))
    assert theirs.get("/customers/new").status_code == 403
    changed = [each for each in sent if each != "support:invoices.read"] + ["support:customers.write"]
    answer = client.post("/settings/roles", {"cell": changed, "seen": seen}, follow=True)
    assert "2 permissions changed." in names_in(answer)
    assert theirs.get("/customers/new").status_code == 200
    assert theirs.get("/invoices/").status_code == 403


def test_saving_the_matrix_as_it_is_changes_nothing(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    before = state_of(company)
    sent, seen = cells(names_in(client.get("/settings/roles")))
    assert client.post("/settings/roles", {"cell": sent, "seen": seen}).status_code == 302
    assert state_of(company) == before


def test_the_admin_keeps_what_gives_permissions_back(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    _, seen = cells(names_in(client.get("/settings/roles")))
    # Every box taken out, and what no box offers: only the two locked cells are left.
    assert (
        client.post(
            "/settings/roles", {"cell": ["god:all", "x", "sales:nothing.do"], "seen": seen}
        ).status_code
        == 302
    )
    with open_scope(company.scope()):
        left = set(RolePermission.objects.values_list("role", "permission"))
    assert left == {("admin", "roles.manage"), ("admin", "members.manage")}


def test_two_editors_do_not_mix_their_matrices(company: Company, sign_in: SignIn) -> None:
    one, two = sign_in(company), sign_in(company)
    sent, seen = cells(names_in(one.get("/settings/roles")))
    assert (
        one.post("/settings/roles", {"cell": [*sent, "support:exports.run"], "seen": seen}).status_code == 302
    )
    before = state_of(company)
    answer = two.post("/settings/roles", {"cell": sent, "seen": seen})
    assert answer.status_code == 409
    assert "Somebody changed the permissions after you opened this page." in summary_of(answer)
    assert state_of(company) == before


# Keys


def new_key(**changes: Any) -> dict[str, Any]:
    return {"name": "Web shop", "scopes": ["customers.read"], "customer": "", "expires_on": ""} | changes


def keys(company: Company) -> list[ApiKey]:
    with open_scope(company.scope()):
        return list(ApiKey.objects.order_by("created_at"))


def ask(secret: str) -> int:
    return Client().get("/api/v1/customers", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_key_is_shown_once_works_and_ends_when_revoked(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company)
    answer = client.post("/settings/keys/new", new_key())
    (secret,) = re.findall(r'value="(bh_[\w-]+)"', names_in(answer))
    assert "no-store" in answer["Cache-Control"]
    assert ask(secret) == 200
    (key,) = keys(company)
    page = names_in(client.get("/settings/keys"))
    assert (key.prefix in page, secret in page) == (True, False)
    assert client.post(f"/settings/keys/{key.id}/revoke").status_code == 302
    assert ask(secret) == 401
    assert "Revoked" in names_in(client.get("/settings/keys"))


def test_a_key_for_one_customer_and_some_days(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        customer = make_customer(code="ACME", name="Acme Ltd")
    day = (clock.now() + timedelta(days=30)).date()
    client = sign_in(company)
    answer = client.post("/settings/keys/new", new_key(customer="ACME", expires_on=day.isoformat()))
    assert answer.status_code == 200
    (key,) = keys(company)
    assert key.customer_id == customer.id
    assert key.expires_at is not None
    assert key.expires_at.date() == day
    assert "Acme Ltd" in names_in(client.get("/settings/keys"))


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00"}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["members.manage"]}, "scopes"),
        ({"scopes": ["audit.read"]}, "scopes"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "soon"}, "expires_on"),
        ({"customer": "THEIRS"}, "customer"),
    ],
)
def test_a_wrong_key_is_told_at_its_field(
    company: Company, stranger: Company, sign_in: SignIn, changes: dict[str, Any], field: str
) -> None:
    with open_scope(stranger.scope()):
        make_customer(code="THEIRS")
    before = state_of(company)
    answer = sign_in(company).post("/settings/keys/new", new_key(**changes))
    assert (answer.status_code, bool(error_at(answer, field))) == (422, True)
    assert "bh_" not in names_in(answer)
    assert state_of(company) == before


def test_a_form_that_is_sent_twice_makes_one_key(company: Company, sign_in: SignIn) -> None:
    client, sent = sign_in(company), new_key(once=uuid4().hex)
    assert "bh_" in names_in(client.post("/settings/keys/new", sent))
    again = client.post("/settings/keys/new", sent, follow=True)
    assert "shown once" in names_in(again)
    assert len(keys(company)) == 1


def test_a_key_may_do_no_more_than_the_person_who_makes_it(company: Company, sign_in: SignIn) -> None:
    with open_scope(company.scope()):
        set_role_permission(
            role="support", permission="keys.manage", granted=True, actor=company.actor(), now=clock.now()
        )
    client = sign_in(company, "support")
    answer = client.post("/settings/keys/new", new_key(scopes=["invoices.read", "invoices.void"]))
    assert (answer.status_code, bool(error_at(answer, "scopes"))) == (422, True)
    assert "invoices.void" not in names_in(client.get("/settings/keys/new"))
    assert keys(company) == []
    assert "bh_" in names_in(client.post("/settings/keys/new", new_key(scopes=["invoices.read"])))


# The company


def test_a_person_of_two_companies_sees_one_at_a_time(
    company: Company, stranger: Company, sign_in: SignIn
) -> None:
    user = company.people["sales"]
    with tenant_scope(stranger.id, SYSTEM):
        add_member(user=user, role="support", actor=SYSTEM, now=clock.now())
    with open_scope(company.scope()):
        make_customer(name="Of the first")
    with open_scope(stranger.scope()):
        make_customer(name="Of the second")
    settle(company)
    client = sign_in(company, "sales")
    for here, own, other in ((company, "first", "second"), (stranger, "second", "first")):
        assert client.post("/settings/company", {"tenant": str(here.id)}).status_code == 302
        page = names_in(client.get("/customers/"))
        assert f"Of the {own}" in page
        assert f"Of the {other}" not in page
    # The role is the company's too.
    assert client.get("/customers/new").status_code == 403


@pytest.mark.parametrize("wanted", ["stranger", "", "x", "\x00"])
def test_nobody_enters_a_company_they_do_not_belong_to(
    company: Company, stranger: Company, sign_in: SignIn, wanted: str
) -> None:
    client = sign_in(company)
    tenant = str(stranger.id) if wanted == "stranger" else wanted
    assert client.post("/settings/company", {"tenant": tenant}).status_code == 404
    assert client.session.get("tenant_id") is None
    session = client.session
    session["tenant_id"] = str(stranger.id)
    session.save()
    assert company.tenant.name in names_in(client.get("/settings/members"))


def test_the_frame_leads_to_ones_own_sign_in(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company, "support")
    page = names_in(client.get("/customers/"))
    for address in ("/accounts/2fa/", "/accounts/sessions/", "/accounts/password/change/"):
        assert f'href="{address}"' in page
    for address in ("/accounts/2fa/", "/accounts/sessions/"):
        assert client.get(address).status_code == 200
