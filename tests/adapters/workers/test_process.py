"""What a worker and the harness say to each other, and what else it prints, with real processes."""

import pytest
from helpers.worker_programs import EDIT, ONCE, ended, log_of

from motionedit_bench.workers.process import LONGEST, parse_answer


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b'{"id": 1, "ok": true}\n', {"id": 1, "ok": True}),
        (b'{"id": 1, "ok": false, "reason": "\xc3\xa9"}', {"id": 1, "ok": False, "reason": "é"}),
        (b'{"id": 1}', None),
        (b'{"id": 1, "ok": 1}', None),
        (b'{"ok": true}', None),
        (b"[1, true]", None),
        (b"loading weights", None),
        (b"\xff\xfe\x00\x01", None),
        (b'{"id": 1, "ok": true, "provenance": NaN}', None),
        (b'{"id": 1, "ok": true, "reason": "\\ud800"}', None),
        (b"[" * 200_000, None),
        (b'{"id": 1, "ok": true} {"id": 2, "ok": true}', None),
    ],
)
def test_an_answer_is_told_from_all_else(line, answer):
    assert parse_answer(line) == answer


def test_a_worker_says_what_it_is_and_answers(make):
    worker = make("""
        request = receive()
        answer(request, provenance={"heard": request})
        serve(lambda request: print("on standard error", file=sys.stderr))
    """)
    assert worker.start() == {
        "heard": {
            **{"id": 0, "do": "start", "protocol": 1},
            **{"model": None, "device": "cpu", "settings": {}},
        }
    }
    first, second = worker.ask(EDIT), worker.ask(EDIT)
    assert first["pid"] == second["pid"]
    assert (first["id"], second["id"], worker.restarts) == (1, 2, 0)
    worker.close()
    assert ended(first["pid"], within=0.1)
    assert log_of(worker).count("on standard error") == 2
    assert "ended (exited with status 0)" in log_of(worker)
    worker.close()  # once more does nothing


@pytest.mark.parametrize(
    ("prints", "kept"),
    [
        ("print('loading weights')", "stdout: loading weights"),
        ("print('{not json'); print('null'); print('[]')", "stdout: {not json"),
        ("sys.stdout.buffer.write(bytes(range(256)) * 40 + b'\\n')", "stdout: \x00\x01"),
        (f"sys.stdout.write('x' * {2 * LONGEST + 5} + '\\n')", "xxxx"),
        (f"sys.stdout.write('x' * {LONGEST} + json.dumps(dict(id=1, ok=False)) + '\\n')", '"ok": false'),
        ("print(json.dumps(dict(id=0, ok=False)))", "another answer to request 0"),
        ("print('\\n\\n   \\n')", "starting"),
        ("os.system('echo from a shell')", "stdout: from a shell"),
        (
            "sys.stdout.write('half '); sys.stdout.flush(); time.sleep(0.1); print('line')",
            "stdout: half line",
        ),
    ],
)
def test_what_it_prints_harms_no_answer_and_is_kept(make, prints, kept):
    worker = make(f"""
        def edit(request):
            {prints}
        serve(edit)
    """)
    worker.start()
    assert worker.ask(EDIT)["id"] == 1
    assert worker.ask(EDIT)["id"] == 2
    worker.close()
    assert worker.restarts == 0
    assert kept in log_of(worker)


def test_the_log_tells_what_happened_in_order(make):
    worker = make(ONCE + "\nserve(lambda request: once(request, lambda: sys.exit('gone')))\n")
    worker.start()
    worker.ask(EDIT)
    worker.ask(EDIT)
    worker.close()
    events = [line.split(" ", 2)[2] for line in log_of(worker).splitlines() if line.startswith("=== ")]
    assert [event.split()[0] for event in events] == ["starting", "process", "starting", "process"]
    assert events[1].endswith("ended (exited with status 1)")
    assert events[3].endswith("ended (exited with status 0)")
    assert log_of(worker).splitlines()[1] == "gone"
