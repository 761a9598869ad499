#!/usr/bin/env python
"""Run a management command. Commands start in the platform scope: no tenant is open until they open one."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from apps.core.scope import platform_scope

    with platform_scope():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
