"""The smallest criteria set, its scores, and the ranking that they give."""

from pathlib import Path

from click.testing import CliRunner

from app.cli import main

SCHEME = """
name: n
groups:
  departments:
    ties: [criterion:SURVEY]
    bands: [{name: Xuất sắc, from: 90}, {name: Tốt, from: 80}]
fields:
  - code: "1"
    criteria: [{code: "1.1", max_points: 70}]
  - code: "2"
    criteria: [{code: SURVEY, max_points: 30, source: survey, rule: {kind: proportional}}]
bonus: {cap: 2}
"""
SCORES = """group;unit;criterion;points
departments;Sở A;1.1;62,5
departments;Sở A;SURVEY;27,5
departments;Sở B;1.1;62,504
departments;Sở B;SURVEY;27,5
departments;Sở C;1.1;60
departments;Sở C;SURVEY;30
"""
RESULT = """group,rank,unit,total,max_applicable,percent,band,1,2
departments,1,Sở B,90.004,100,90.004,Xuất sắc,62.504,27.5
departments,2,Sở C,90,100,90,Xuất sắc,60,30
departments,3,Sở A,90,100,90,Xuất sắc,62.5,27.5
"""


def laid_out(tmp_path, monkeypatch):
    """Put both files into a fresh folder, and stand in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)
    Path("SCHEME.yaml").write_text(SCHEME, encoding="utf-8")
    Path("SCORES.csv").write_text(SCORES, encoding="utf-8")
    return tmp_path


def run(*arguments):
    """Call the command."""
    return CliRunner().invoke(main, ["index", "rank", *arguments])
