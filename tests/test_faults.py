"""The fault catalogue's rows about servers and networks: what becomes of each delivery, which exit code, which words.

The catalogue, row by row: S servers and networks, P processes, C concurrency and clocks; the rows D, of the disk, are with
the log's own tests. Where no file is named the test is in this one; of a family of tests the beginning of the name is given.

S01 S02 S03 S04 S05  test_send.py: Retry-After, both forms, nonsense, too long, for ever
S06 S08 S09          test_one_answer_that_may_have_been_applied
S07                  test_a_storm_of_errors_leaves_few_in_doubt; a fifth of failures, and the budget for retries: test_send.py
S10                  test_a_503_that_is_documented; which 503 that is, each adapter says (Graph, Postmark): tests/providers/
S11                  test_nobody_there
S12 S13              test_a_reset_before_or_in_the_middle_of_the_upload
S14 S15 S17 … S20    test_one_answer_that_may_have_been_applied
S16                  the same with `silence`; test_a_message_that_is_applied_long_after; a look-up that is too early: test_afterwards.py
S21                  test_a_login_page_instead_of_the_provider_ends_the_run_after_two
S22 … S25 S27 S53    test_one_answer_that_may_have_been_applied; memory: test_wire.py
S26                  test_one_answer_that_is_good_enough
S28                  test_what_a_provider_says_cannot_command_the_terminal
S29                  test_one_answer_that_may_have_been_applied, test_a_second_answer_is_never_taken_for_the_next_one
S30 … S34 S38        test_one_answer_that_stops_the_line, test_where_a_redirect_points_to; on request 37 of 100: test_send.py
S35 S36 S37          test_one_answer_that_refuses_one_message, test_refused_for_all; 413 ends the run as any third equal refusal
S39                  after the body: test_one_answer_that_may_have_been_applied; before: test_an_answer_before_the_whole_request
S40                  test_one_answer_that_may_have_been_applied (409, replayed under its key)
S41                  the codes are each provider's own: tests/providers/; a replay never has other bytes: test_send.py
S42                  test_one_answer_after_which_it_is_sent_again
S43 S44              test_send.py: the window, the account
S45                  a provider that lies about keys cannot be found out by a sender: documented, not tested
S46 S47              test_batch.py: item by item; each provider's own results: the contract's second part, tests/providers/
S48 S49 S57 S58      later reports and look-ups: test_afterwards.py; JMAP: its adapter's tests, tests/providers/
S50                  test_a_server_that_cannot_prove_who_it_is; each way not to: test_wire.py
S51 S54              test_wire.py: a certificate that changes, a broken IPv6
S52                  test_a_kept_connection_that_is_closed_as_we_send
S55                  not tested, since there is nothing to test: a proxy cannot be configured, and none is ever used, whatever the
                     environment says (test_wire.py). So an office that reaches the net only through a proxy cannot send. On purpose:
                     it would put one more party between the last byte and the proof of how far it got
S56                  test_two_clocks.py: an embargo needs both clocks; Retry-After by the server's own: test_send.py
P01 P03 P04          test_kills.py: killed at random, keyless and keyed, during the plan
P02                  test_kills.py: killed at system calls, and test_no_request_leaves_between_a_claim_being_written
P05                  test_kills.py: killed during recovery
P06                  test_kills.py: during the plan; test_resolve_command.py: while it settles; nothing is approved, and no log migrated
P07 P08 P09 P10      test_kills.py: signals, closed streams, stopped and continued
P11                  test_send.py: a suspended machine
P12 P13              test_send.py: a mistake, or no memory, in one exchange
P14                  test_terminals.py: the lock is not inherited
P15                  test_log_command.py: a newer log
P16                  SIGINT is the loop's own handler while it runs; before it nothing is sent: test_kills.py
P17                  as SIGKILL of the one process that there is
P18                  test_kills.py: nobody to confirm
C01 C10              test_terminals.py: two at once, one stopped; after kill -9 the lock is free, whatever the file says
C02                  not tested, since there is nothing to test: a log that several machines share does not exist. Its key in the
                     configuration is refused (test_config.py), and a colleague's machine without the log refuses to send (test_receipt.py)
C03                  there is no lease to run out: a frozen holder keeps the operating system's lock: test_terminals.py
C04                  test_terminals.py: suppressed during the run
C05                  test_terminals.py: two that start together
C06 C07 C08          test_send.py: the clock set back, in a run and between two; moments in UTC that come during the run
C09                  an edition's doubts stop another edition: test_send.py (a changed text is refused)
"""

from __future__ import annotations

import re
import resource
import socket
import threading
import time
from pathlib import Path

import httpx2
import pytest
import trustme
from conftest import run_pressctl
from faulty import DAY, Faulty, Line, agree, module, never_two
from live_office import office, send
from recorder import LATE, Recorder
from test_wire import Server, fill, serving

from pressctl import show
from pressctl.delivery import Evidence, Move, Outcome, State, deferred
from pressctl.provider import retry_after
from pressctl.providers import mailpit

KEYED = module(DAY)

MAYBE = [
    ("500", "told to say 500"), ("took 500", "told to say 500"), ("took 502", "told to say 502"), ("took 504", "told to say 504"),
    ("503", "told to say 503"),
    ("took 408", "told to say 408"), ("409", "told to say 409"), ("took close", "before it answered"), ("took reset", "before it answered"),
    ("took silence", "no complete answer within"), ("took half a header", "in the middle"), ("took short", "in the middle"),
    ("took drip", "no complete answer within"), ("took garbage", "not HTTP/1.1"), ("took html", "no evidence"),
    ("took no id", "no evidence"), ("took null", "no evidence"), ("took id of another kind", "no evidence"),
    ("took empty", "no evidence"), ("took pour", "longer than"), ("took chunks", "longer than"), ("took gzip", "compressed"),
    ("took deep", "no evidence"), ("took nan", "no evidence"), ("took duplicate", "no evidence"), ("took bom", "no evidence"),
    ("took utf-16", "no evidence"), ("took long header", "header block is too long"), ("took many headers", "header block is too long"),
    ("took interim flood", "too many interim answers"),
]  # fmt: skip


DOUBT = (
    "not done: 4 deliveries: 3 accepted, 1 uncertain uncertain means that nobody knows whether it arrived; it is not sent again by itself: "
    "`pressctl resolve night-ferry` the log: `pressctl log night-ferry`"
)


def a_line(folder: Path, server: Faulty, count: int = 4, *, attachment: int = 0) -> Line:
    line = Line(folder, server.url, count, attachment=attachment)
    line.timeout = 0.4
    return line


@pytest.mark.parametrize(("word", "reason"), MAYBE)
def test_one_answer_that_may_have_been_applied_is_uncertain_and_never_repeated(tmp_path: Path, word: str, reason: str) -> None:
    with Faulty([word]) as server:
        line = a_line(tmp_path, server)
        ended = line.send(concurrency=1)
        again = line.send(concurrency=1)
        assert (ended.error, again.error, line.code(ended), line.code(again)) == (None, None, 4, 4)
        assert line.states() == {"accepted": 3, "uncertain": 1}
        assert reason in next(row.reason for row in line.rows() if row.state is State.UNCERTAIN)
        assert line.words(ended) == DOUBT
        assert len(server.order) == 4
        agree(server, line)


@pytest.mark.parametrize("word", [word for word, _ in MAYBE])
def test_one_answer_that_may_have_been_applied_is_replayed_under_its_key(tmp_path: Path, word: str) -> None:
    with Faulty([word], keyed=True) as server:
        line = a_line(tmp_path, server)
        ended = line.send(KEYED, concurrency=1)
        assert (ended.error, line.code(ended), line.states(), len(server.order)) == (None, 0, {"accepted": 4}, 5)
        assert line.words(ended).startswith("done: 4 deliveries: 4 accepted the log: ")
        assert server.changed == []
        agree(server, line)


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("301;Location: http://127.0.0.1:1/", "redirects are never followed"),
        ("302;Location: http://169.254.169.254/", "redirects are never followed"),
        ("303;Location: /", "redirects are never followed"),
        ("307;Location: http://127.0.0.1:1/", "redirects are never followed"),
        ("308;Location: http://127.0.0.1:1/", "redirects are never followed"),
        ("401", "refuses the account"),
        ("402", "quota or balance"),
        ("403", "refuses the account"),
        ("404", "does not know this address"),
        ("405", "does not know this address"),
        ("410", "does not know this address"),
        ("511", "network asks for a login"),
    ],
)
@pytest.mark.parametrize("keyed", [False, True])
def test_one_answer_that_stops_the_line_leaves_the_rest_planned(tmp_path: Path, word: str, problem: str, keyed: bool) -> None:
    with Faulty(["ok", word]) as server:
        line = a_line(tmp_path, server)
        ended = line.send(KEYED if keyed else None, concurrency=1)
        assert line.code(ended) == 3
        assert ended.problem
        assert problem in ended.problem.text
        assert ended.problem.hint
        assert line.states() == {"accepted": 1, "deferred": 1, "planned": 2}
        said = line.words(ended)
        assert said.startswith("not done: 4 deliveries: 1 accepted, 1 deferred, 2 planned the same command goes on with the rest ")
        assert [row.counted for row in line.rows()] == [0, 0, 0, 0]  # it says nothing against the delivery
        assert len(server.order) == 2
        ended = line.send(KEYED if keyed else None, concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 4})
        agree(server, line)


@pytest.mark.parametrize("word", ["400", "413", "415", "422"])
def test_one_answer_that_refuses_one_message_rejects_it_and_the_others_go(tmp_path: Path, word: str) -> None:
    with Faulty(["ok", word]) as server:
        line = a_line(tmp_path, server)
        ended = line.send(concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, 1, {"accepted": 3, "rejected": 1})
        assert next(row.reason for row in line.rows() if row.state is State.REJECTED) == f"told to say {word}"
        why = "see why: `pressctl log night-ferry --state rejected`"
        assert line.words(ended).startswith(f"not done: 4 deliveries: 3 accepted, 1 rejected {why} ")
        agree(server, line)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("413", "nothing else was sent; make the attachments smaller, or send links to them instead"),
        ("422", "nothing else was sent; mend what the reason names: the sender's domain, the text, an attachment"),
    ],
)
def test_refused_for_all_ends_the_run_after_three(tmp_path: Path, word: str, hint: str) -> None:
    with Faulty([word] * 100) as server:
        line = a_line(tmp_path, server, 100)
        ended = line.send(concurrency=8)
        assert line.code(ended) == 3
        assert ended.problem
        assert ended.problem.text == f"the provider refuses every message in the same way: told to say {word}"
        assert ended.problem.hint == hint
        states = line.states()
        assert states["rejected"] == 3
        assert states["planned"] + states.get("deferred", 0) == 97  # what was claimed as the third refusal came is held back, so deferred
        assert len(server.order) == 3


@pytest.mark.parametrize(("word", "connections"), [("421", 2), ("425", 1), ("429", 1)])
def test_one_answer_after_which_it_is_sent_again(tmp_path: Path, word: str, connections: int) -> None:
    with Faulty([word]) as server:
        line = a_line(tmp_path, server)
        ended = line.send(concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, 0, {"accepted": 4})
        assert (line.told.settled[0].outcome.reason, server.connections) == (f"told to say {word}", connections)
        assert line.words(ended).startswith("done: 4 deliveries: 4 accepted the log: ")
        agree(server, line)


def test_a_503_that_is_documented_as_not_applied_is_waited_for_and_sent_again(tmp_path: Path) -> None:
    def outcome(response: httpx2.Response) -> Outcome:
        busy = response.status_code == 503  # as Graph's and Postmark's adapters read theirs
        return deferred("the provider is busy", 503, retry_after(response)) if busy else mailpit.outcome(response)

    with Faulty(["503;Retry-After: 20"]) as server:
        line = a_line(tmp_path, server)
        ended = line.send(module(outcome=outcome), concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, 0, {"accepted": 4})
        assert [(wait.what, wait.seconds >= 20) for wait in line.told.waits] == [("the provider's rate limit", True)]
        agree(server, line)


def test_where_a_redirect_points_to_nothing_is_sent(tmp_path: Path) -> None:
    for number, status in enumerate((301, 302, 303, 307, 308)):
        with Faulty() as elsewhere, Faulty([f"{status};Location: {elsewhere.url}/"]) as server:
            line = a_line(tmp_path / str(number), server)
            ended = line.send(concurrency=1)
            assert (line.code(ended), line.states()) == (3, {"deferred": 1, "planned": 3})
            assert (len(server.order), elsewhere.connections) == (1, 0)


def test_a_message_that_is_applied_long_after_the_time_is_up_is_uncertain_and_never_sent_again(tmp_path: Path) -> None:
    with Recorder(says=["late"]) as provider:
        root = office(tmp_path, provider.url, 1, "timeout = 0.2")
        first = send(root)
        assert (first.returncode, provider.accepts().total()) == (4, 0)
        asked = run_pressctl(root, "resolve", "night-ferry")
        assert (asked.returncode, "uncertain" in asked.stdout) == (4, True)
        time.sleep(2 * LATE)
        assert provider.accepts().total() == 1
        again = send(root)
        assert (again.returncode, "1 uncertain" in again.stdout) == (4, True)
        assert provider.accepts().total() == 1


@pytest.mark.parametrize("word", ["took plain text"])
def test_one_answer_that_is_good_enough(tmp_path: Path, word: str) -> None:
    with Faulty([word]) as server:
        line = a_line(tmp_path, server)
        ended = line.send(concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 4})


@pytest.mark.parametrize("concurrency", [1, 4, 16])
def test_a_storm_of_errors_leaves_few_in_doubt(tmp_path: Path, concurrency: int) -> None:
    with Faulty(lambda number, _: "ok" if number < 20 else "took 500") as server:
        line = a_line(tmp_path, server, 200)
        ended = line.send(concurrency=concurrency)
        states = line.states()
        assert line.code(ended) == 4
        assert ended.problem
        assert "failures in a row that may have been applied" in ended.problem.text
        assert states["uncertain"] <= concurrency + 3
        held = states.get("deferred", 0)  # claimed as the line was stopped, and not sent any more
        assert held < concurrency
        assert states["planned"] == 200 - states["accepted"] - states["uncertain"] - held
        agree(server, line)


def test_a_storm_of_errors_at_a_provider_with_keys_is_probed_one_at_a_time_and_ends_well(tmp_path: Path) -> None:
    with Faulty(lambda number, _: "took 500" if number < 12 else "ok", keyed=True) as server:
        line = a_line(tmp_path, server, 40)
        ended = line.send(KEYED, concurrency=8)
        assert (ended.error, line.code(ended), line.states()) == (None, 0, {"accepted": 40})
        assert any(wait.what == "the provider fails; trying it again" for wait in line.told.waits)
        assert server.changed == []
        agree(server, line)


def test_a_login_page_instead_of_the_provider_ends_the_run_after_two(tmp_path: Path) -> None:
    with Faulty(["html"] * 20) as server:
        line = a_line(tmp_path, server, 10)
        ended = line.send(concurrency=1)
        assert line.code(ended) == 4
        assert ended.problem
        assert "login page" in ended.problem.text
        assert line.states() == {"planned": 8, "uncertain": 2}


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("closed port", "the server refused the connection"),
        ("no such name", "the server's name could not be looked up"),
        ("no name server", "the server's name could not be looked up"),
        ("black hole", "no connection within 0.1 s"),
    ],
)
def test_nobody_there_is_told_retried_within_patience_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, reason: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME if way == "no such name" else socket.EAI_AGAIN, "")

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        full = fill(listening) if way == "black hole" else []
        if "name" in way:
            url = "https://nobody.example"
            monkeypatch.setattr(socket, "getaddrinfo", fails)  # a look-up that fails without leaving this computer
        line = Line(tmp_path, url, 5)
        line.timeout = 0.1
        ended = line.send(concurrency=4)
        for sock in full:
            sock.close()
    assert (ended.error, line.code(ended)) == (None, 1)
    assert set(line.states()) <= {"deferred", "planned"}
    assert {row.reason for row in line.rows() if row.state is State.DEFERRED} == {reason}
    assert 0 < line.clock.passed <= 900
    assert {wait.what for wait in line.told.waits} == {"the provider fails; trying it again"}
    assert "the same command goes on with the rest" in line.words(ended)


@pytest.mark.parametrize("count", [1, 4])
def test_a_server_that_cannot_prove_who_it_is_gets_nothing_and_stops_the_line(tmp_path: Path, count: int) -> None:
    seen: list[bytes] = []
    with Server(lambda caller: seen.append(caller.request()), serving(trustme.CA())) as server:
        line = Line(tmp_path, f"https://localhost:{server.port}", count)
        ended = line.send(concurrency=1)
        server.finish()
    assert (line.code(ended), seen) == (3, [])
    assert ended.problem
    assert ended.problem.text.startswith("the server cannot prove who it is: ")
    assert ended.problem.hint == "check `base_url`, this computer's date, and whether this network wants a login first"
    assert line.states() == {"deferred": 1} | ({"planned": 3} if count == 4 else {})
    assert [row.counted for row in line.rows()] == [0] * count


@pytest.mark.parametrize("stop", ["reset", "cut"])
def test_a_reset_before_or_in_the_middle_of_the_upload_is_sent_once_more_and_arrives_once(tmp_path: Path, stop: str) -> None:
    with Faulty(stops=[stop]) as server:
        line = a_line(tmp_path, server, 2, attachment=5_000_000)
        line.timeout = 10
        ended = line.send(concurrency=1)
        assert (ended.error, line.code(ended), line.states()) == (None, 0, {"accepted": 2})
        first = line.told.settled[0].outcome
        assert (first.move, first.reason) == (Move.DEFER, "the server closed the connection before it answered")
        agree(server, line)


def test_an_answer_before_the_whole_request_proves_that_nobody_has_it(tmp_path: Path) -> None:
    def answer_early() -> None:
        sock, _ = listening.accept()
        listening.close()
        sock.recv(1000)
        sock.sendall(b"HTTP/1.1 408 Too Slow\r\nContent-Length: 0\r\n\r\n")
        time.sleep(0.3)  # a reset would overtake the answer
        sock.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = Line(tmp_path, f"http://127.0.0.1:{listening.getsockname()[1]}", 1, attachment=20_000_000)
        line.timeout = 10
        thread = threading.Thread(target=answer_early)
        thread.start()
        ended = line.send(concurrency=1)
        thread.join()
    first = line.told.settled[0].outcome
    assert (first.evidence, first.status) == (Evidence.INCOMPLETE, 408)
    assert (ended.error, line.code(ended), line.states()) == (None, 1, {"deferred": 1})
    assert line.words(ended).startswith("not done: 1 deliveries: 0 accepted, 1 deferred the same command goes on with the rest ")


def test_a_kept_connection_that_is_closed_as_we_send_costs_nobody_a_second_copy(tmp_path: Path) -> None:
    with Faulty(lambda number, _: "took stale" if number % 2 else "ok") as server:
        line = a_line(tmp_path, server, 30)
        ended = line.send(concurrency=2)
        doubts = line.states().get("uncertain", 0)
        assert line.states() == {"accepted": 30 - doubts} | ({"uncertain": doubts} if doubts else {})
        assert line.code(ended) == (4 if doubts else 0)
        agree(server, line)


def test_a_second_answer_is_never_taken_for_the_next_one(tmp_path: Path) -> None:
    with Faulty(lambda _, __: "took twice") as server:
        line = a_line(tmp_path, server, 10)
        ended = line.send(concurrency=1)
        assert (line.code(ended), line.states()) == (0, {"accepted": 10})
        assert len({row.provider_id for row in line.rows()}) == 10
        assert "of-nobody" not in {row.provider_id for row in line.rows()}
        never_two(server)


def test_what_a_provider_says_cannot_command_the_terminal(tmp_path: Path) -> None:
    with Faulty(["escape"]) as server:
        line = a_line(tmp_path, server, 1)
        ended = line.send(concurrency=1)
        assert (line.code(ended), line.states()) == (1, {"rejected": 1})
        reason = line.rows()[0].reason
        assert "]52;c;ZQ==" in reason
        assert show.inert(reason).isprintable()
        assert "\x1b" not in show.inert(reason)


def test_an_endless_answer_costs_little_memory(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Faulty(["took pour", "took chunks"]) as server:
        a_line(tmp_path, server, 2).send(concurrency=2)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


def test_every_test_that_the_catalogue_names_is_there() -> None:
    here = Path(__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    for word in re.findall(r"\btest_\w+(?:\.py)?", __doc__ or ""):
        assert (here / word).exists() if word.endswith(".py") else f"def {word}" in sources, word
    rows = {f"{part}{number:02d}" for part, last in (("S", 58), ("P", 18), ("C", 10)) for number in range(1, last + 1)}
    named = set(re.findall(r"\b[SPC][0-9]{2}\b", (__doc__ or "").split("Where no file")[1]))
    spans = {"S14 S15 S17 … S20": {"S18", "S19"}, "S22 … S25": {"S23", "S24"}, "S30 … S34": {"S31", "S32", "S33"}}
    assert rows - named - set().union(*spans.values()) == set()
