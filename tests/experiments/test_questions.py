"""Questions in SQL: anything but an order, a rank or an extreme of harm."""

from __future__ import annotations

import duckdb
import pytest

from experiments.study.questions import _HARM, check_question
from sim.errors import StudyError
from sim.record.outcome import OUTCOMES

ALLOWED = [
    "SELECT * FROM outcomes ORDER BY policy, replicate",
    "FROM outcomes ORDER BY outcomes.policy, replicate DESC LIMIT 3",
    "SELECT policy, avg(exposure_person_s) FROM outcomes GROUP BY policy ORDER BY policy",
    "SELECT policy, start_to_contact_s FROM outcomes ORDER BY start_to_contact_s DESC",
    "SELECT policy, max(start_to_entry_s) FROM outcomes GROUP BY policy ORDER BY 2 DESC",
    "SELECT max(start_to_entry_s), sum(injury_events) FROM outcomes",
    "SELECT count(*) AS n FROM outcomes WHERE injury_events IS NULL",
    "SELECT round(avg(injury_events - injury_events_vs_baseline), 2) AS base FROM outcomes GROUP BY policy",
    "SELECT o.policy, c.t_s FROM outcomes o JOIN curves c USING (run_id) ORDER BY c.t_s DESC",
    "SELECT injury_events::DOUBLE AS n FROM outcomes WHERE policy <> 'a' AND injury_events IS NOT NULL",
    "SELECT avg(2 * injury_events) FROM outcomes o WHERE replicate < 5 GROUP BY policy HAVING count(*) > 1",
    "SELECT start_to_contact_s FROM outcomes QUALIFY row_number() OVER (ORDER BY start_to_entry_s) = 1",
    "WITH t AS (SELECT policy, start_to_contact_s AS s FROM outcomes) SELECT max(s) FROM t GROUP BY policy",
    "SELECT policy, rank() OVER (ORDER BY start_to_entry_s) FROM outcomes",
    "SELECT k FROM range(3) AS r",
]
REFUSED = [
    "SELECT * FROM outcomes ORDER BY exposure_person_s",
    "SELECT * FROM outcomes ORDER BY Injury_Events DESC",
    "SELECT * FROM outcomes ORDER BY 7",
    "SELECT * FROM outcomes ORDER BY ALL",
    "SELECT replicate, injury_events AS n FROM outcomes ORDER BY n DESC",
    "SELECT replicate FROM outcomes ORDER BY survivable_deaths_averted",
    "SELECT max(responders_injured) FROM outcomes",
    "SELECT replicate FROM outcomes ORDER BY -injury_events_vs_baseline",
    "SELECT replicate FROM (SELECT replicate, exposure_person_s AS e FROM outcomes) ORDER BY e DESC LIMIT 1",
    "WITH t AS (SELECT replicate, injury_events_vs_baseline AS e FROM outcomes) SELECT e FROM t ORDER BY e",
    "SELECT replicate, rank() OVER (ORDER BY injury_events) FROM outcomes",
    "SELECT replicate FROM outcomes QUALIFY row_number() OVER (ORDER BY exposure_person_s DESC) = 1",
    "SELECT max(exposure_person_s) FROM outcomes",
    "SELECT arg_max(replicate, injury_events) FROM outcomes",
    "SELECT min_by(policy, injury_events_vs_baseline) FROM outcomes",
    "SELECT list(replicate ORDER BY injury_events) FROM outcomes",
    "SELECT replicate FROM outcomes WHERE injury_events = (SELECT max(injury_events) FROM outcomes)",
    "SELECT 1; SELECT replicate FROM outcomes ORDER BY injury_events",
    "SELECT max(COLUMNS('exposure.*')) FROM outcomes",
    "SELECT struct_extract(o, 'injury_events') AS v FROM outcomes AS o ORDER BY v DESC",
    "SELECT outcomes FROM outcomes ORDER BY outcomes",
    "SELECT max(struct_extract(o, 'injury_events')) FROM outcomes AS o",
    "SELECT quantile_cont(survivable_deaths_averted, 1.0) FROM outcomes",
    "SELECT list(injury_events) FROM outcomes",
    "SELECT replicate AS r, injury_events AS policy FROM outcomes ORDER BY policy DESC",
    "SELECT #7 AS v FROM outcomes ORDER BY v",
    "SELECT injury_events FROM outcomes ORDER BY #1",
    "WITH t AS (SELECT injury_events AS e, replicate FROM outcomes) SELECT arg_max(replicate, e) FROM t",
    "SELECT r FROM (SELECT replicate AS r, exposure_person_s AS policy FROM outcomes) ORDER BY policy DESC",
    "SELECT v FROM (UNPIVOT outcomes ON injury_events INTO NAME n VALUE v) ORDER BY v",
    "UNPIVOT outcomes ON injury_events INTO NAME n VALUE policy ORDER BY policy",
    "SUMMARIZE outcomes",
    "SELECT e FROM (SUMMARIZE outcomes) AS s(n, t, lowest, e)",
    "SELECT c FROM outcomes AS o(a, b, c) ORDER BY c",
    "SELECT injury_events FROM outcomes UNION ALL SELECT replicate FROM outcomes ORDER BY ALL",
    "SELECT greatest(injury_events, 0) FROM outcomes",
    "SELECT replicate, injury_events AS POLICY FROM outcomes ORDER BY policy DESC",
    'SELECT POLICY: injury_events, replicate FROM outcomes ORDER BY "policy"',
    "SELECT COLUMNS('injury_events$') AS \"POLICY\" FROM outcomes ORDER BY policy",
    "SELECT * EXCLUDE (policy) RENAME (injury_events AS policy) FROM outcomes ORDER BY policy DESC",
    "SELECT * REPLACE (injury_events AS policy) FROM outcomes ORDER BY policy DESC",
    "SELECT k FROM outcomes NATURAL JOIN (SELECT range AS injury_events, 1 AS k FROM range(9)) ORDER BY k",
    "SELECT k FROM outcomes NATURAL JOIN other ORDER BY k",
    "SELECT k FROM outcomes JOIN (SELECT range AS injury_events FROM range(9)) USING (injury_events)",
    "WITH t(injury_events, k) AS (SELECT range, 1 FROM range(9)) SELECT max(k) FROM t, outcomes",
    "SELECT struct_extract(main.outcomes, 'injury_events') AS v FROM outcomes ORDER BY v DESC",
    "SELECT max(temp.main.outcomes) FROM outcomes",
    "SELECT a.replicate FROM outcomes a ANTI JOIN outcomes b ON b.injury_events > a.injury_events",
    "SELECT t_s FROM outcomes o JOIN curves c ON c.t_s = 10 * o.injury_events ORDER BY t_s DESC",
    "FROM range(100, -1, -1) r JOIN outcomes o ON o.injury_events = r.range LIMIT 3",
    "SELECT replicate FROM outcomes GROUP BY 100 - injury_events, replicate",
    "SELECT policy FROM outcomes GROUP BY policy HAVING sum(injury_events) > 3",
    "SELECT sum(injury_events * injury_events * injury_events) FROM outcomes",
    "SELECT sum(injury_events / (1 / injury_events)) FROM outcomes",
    "SELECT replicate FROM outcomes WHERE injury_events >= 8",
    "SELECT replicate, injury_events >= 8 FROM outcomes",
    "SELECT CASE WHEN injury_events > 8 THEN replicate END FROM outcomes",
    "SELECT DISTINCT injury_events FROM outcomes",
    "SELECT injury_events FROM outcomes USING SAMPLE 3",
    "SELECT avg(injury_events) FILTER (WHERE exposure_person_s > 9) FROM outcomes",
    "SELECT mode(injury_events) FROM outcomes",
]


def check(text: str) -> None:
    with duckdb.connect(":memory:") as connection:
        check_question(connection, text)


@pytest.mark.parametrize("text", ALLOWED)
def test_other_questions_are_free(text):
    check(text)


@pytest.mark.parametrize("text", REFUSED)
def test_no_question_sorts_or_ranks_harm(text):
    with pytest.raises(StudyError, match=r"harm is never sorted worst first; .* order by policy, replicate"):
        check(text)


@pytest.mark.parametrize("text", ["", "  ", "-- only a remark"])
def test_nothing_is_no_question(text):
    with pytest.raises(StudyError, match="a question begins with SELECT"):
        check(text)


@pytest.mark.parametrize("text", ["COPY outcomes TO 'x.csv'", "drop view outcomes"])
def test_a_question_begins_with_select(text):
    with pytest.raises(StudyError, match=f"found {text.split()[0].upper()}; a question begins with SELECT"):
        check(text)


@pytest.mark.parametrize("name", ["query", "query_table", "read_parquet", "read_csv"])
def test_no_function_reads_a_file_or_asks_a_question_of_its_own(name):
    with pytest.raises(StudyError, match=rf"found {name}\(\); a question asks the tables outcomes"):
        check(f"SELECT x FROM {name}('SELECT replicate AS x FROM outcomes ORDER BY injury_events')")


def test_a_mistake_in_the_text_is_left_to_duckdb():
    check("SELECT FROM WHERE")


def test_harm_means_every_column_of_that_kind():
    assert {column.name for column in OUTCOMES if column.kind == "harm"} == _HARM
    assert len(_HARM) == 8
