"""At least one flaw for each rule."""

from tests.tenancy.lint.flaws.flaw import Flaw
from tests.tenancy.lint.flaws.functions import FUNCTIONS
from tests.tenancy.lint.flaws.keys import KEYS
from tests.tenancy.lint.flaws.policies import POLICIES
from tests.tenancy.lint.flaws.privileges import PRIVILEGES
from tests.tenancy.lint.flaws.roles import ROLES
from tests.tenancy.lint.flaws.stream import STREAM
from tests.tenancy.lint.flaws.tables import TABLES
from tests.tenancy.lint.flaws.views import VIEWS

__all__ = ["FLAWS", "Flaw"]

FLAWS = (*TABLES, *POLICIES, *VIEWS, *FUNCTIONS, *ROLES, *PRIVILEGES, *KEYS, *STREAM)
