"""The web process stays light: it never loads the estimation code."""

import subprocess
import sys

HEAVY = ("analysis", "scipy", "statsmodels", "pandas", "pyarrow", "app.tasks", "app.commands")
PROGRAM = f"""
import sys
from app import create_app
create_app()
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_the_web_process_does_not_import_the_estimation_code(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"KHAOSAT_HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_the_check_would_notice():
    program = PROGRAM.replace("create_app()\n", "create_app\nimport scipy\n", 1)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['scipy']"


def test_commands_that_set_an_office_up_do_not_load_what_the_worker_needs():
    names = ("serving", "users", "units", "backup", "restore", "rounds", "data")
    loads = "\n".join(f"import app.commands.{name}" for name in names)
    program = (
        f"import sys\n{loads}\nprint([it for it in ('scipy', 'app.tasks') if it in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_who_stays_on_sqlite_needs_no_driver_of_postgresql(tmp_path):
    blocked = f"import sys; sys.modules['psycopg'] = None{PROGRAM}"
    subprocess.run(
        [sys.executable, "-c", blocked],
        env={"KHAOSAT_HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        check=True,
    )
