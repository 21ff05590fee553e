"""The supervisor against real processes that die, hang and garble on purpose."""

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from motionedit_bench.adapters.worker_process import (
    LONGEST,
    Launch,
    Worker,
    WorkerDied,
    WorkerFailed,
    WorkerHung,
    parse_answer,
)
from motionedit_bench.errors import AdapterError, StorageError

HEAD = """
import json, os, signal, subprocess, sys, time
def receive():
    return json.loads(sys.stdin.readline() or "null")
def answer(request, **more):
    print(json.dumps({"id": request["id"], "ok": True, **more}), flush=True)
def serve(edit):
    while request := receive():
        if request["do"] == "edit":
            edit(request)
        answer(request, pid=os.getpid())
"""
"""What the workers of these tests begin with."""


@pytest.fixture
def make(tmp_path):
    """Makes a worker from the code that follows `HEAD`; all are ended afterwards."""
    made = []

    def make_worker(code, timeout=20.0, start_timeout=20.0, **changes):
        program = tmp_path / "program.py"
        program.write_text(HEAD + textwrap.dedent(code))
        launch = {
            "command": [sys.executable, "-I", "-S", str(program)],  # these start quickest
            "log": tmp_path / "logs" / "worker.log",
            "timeout": timeout,
            "start_timeout": start_timeout,
            "hello": {"model": None, "device": "cpu", "settings": {}},
        }
        made.append(Worker(Launch(**(launch | changes))))
        return made[-1]

    yield make_worker
    for worker in made:
        worker.close()


EDIT = {"do": "edit", "instruction": "wave", "seed": 1}


def log_of(worker):
    return worker.launch.log.read_bytes().decode(errors="replace")


def ended(pid, within=10.0):
    """Whether a process is gone, or gone but for its parent's notice, within that time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


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


ONCE = """
def once(request, act):
    mark = sys.argv[0] + ".mark"
    if request["id"] >= 2 and not os.path.exists(mark):
        open(mark, "w").close()
        act()
"""


@pytest.mark.parametrize(
    "act",
    [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "sys.exit(3)",
        "os._exit(0)",
        "os.close(1)",
        "print(json.dumps(dict(id=77, ok=True)), flush=True) or time.sleep(60)",
        "print(json.dumps(dict(id='2', ok=True)), flush=True) or time.sleep(60)",
        'sys.stdout.write(\'{"id": 2, "ok"\') and sys.stdout.flush() or os._exit(1)',
        "os.close(0) or os._exit(1)",
    ],
)
def test_one_that_is_lost_is_started_again_and_asked_once_more(make, act):
    worker = make(ONCE + f"\nserve(lambda request: once(request, lambda: {act}))\n")
    worker.start()
    pids = [worker.ask(EDIT)["pid"] for _ in range(5)]
    assert worker.restarts == 1
    assert pids[0] != pids[1] == pids[2] == pids[3] == pids[4]
    assert ended(pids[0], within=0.1)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL"),
        ("os.kill(os.getpid(), 40)", "was killed by signal 40"),
        ("sys.exit('out of luck')", r"exited with status 1 \(last words: out of luck\)"),
        ("os.close(1) or time.sleep(60)", "closed its standard output"),
        (
            "print(json.dumps(dict(id=9, ok=True)), flush=True) or time.sleep(60)",
            "answered request '9' where",
        ),
    ],
)
def test_one_that_is_lost_twice_fails_that_item_and_the_next_one_runs(make, act, reason):
    worker = make(f"serve(lambda request: {act} if request['seed'] == 1 else None)")
    worker.start()
    with pytest.raises(WorkerDied, match=f"the worker {reason}.*; see .*worker.log"):
        worker.ask(EDIT)
    assert worker.ask(EDIT | {"seed": 2})["ok"]
    assert worker.restarts == 2


def test_one_that_hangs_is_ended_with_all_that_it_started(make, tmp_path):
    worker = make(
        f"""
        def edit(request):
            if request["seed"] == 1:
                child = subprocess.Popen(["sleep", "600"])
                open({str(tmp_path / "pids")!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                time.sleep(600)
        serve(edit)
        """,
        timeout=1.5,
    )
    worker.start()
    started = time.monotonic()
    with pytest.raises(WorkerHung, match="did not answer within 1.5 s and was ended.*worker.log"):
        worker.ask(EDIT)
    assert time.monotonic() - started < 15
    assert all(ended(int(pid)) for pid in (tmp_path / "pids").read_text().split())
    assert worker.restarts == 0  # the item that hung is not tried again
    assert worker.ask(EDIT | {"seed": 2})["ok"]
    assert worker.restarts == 1


def test_one_that_does_not_read_holds_up_nobody(make):
    worker = make("answer(receive())\ntime.sleep(600)", timeout=0.5)
    worker.start()
    with pytest.raises(WorkerHung):
        worker.ask(EDIT | {"instruction": "x" * 10**6})  # more than a pipe takes


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("sys.exit('no module named flash_attn')", "does not start: .*status 1.*no module named flash_attn"),
        ("time.sleep(600)", "does not start: .*did not answer within 1 s"),
        ("os.close(1); time.sleep(600)", "does not start: .*closed its standard output"),
        ("answer(receive(), ok=False, reason='weights\\n are gone')", "cannot start: weights are gone; see"),
        ("answer(receive(), ok=False)", "cannot start: no reason given"),
    ],
)
def test_one_that_does_not_start_says_why(make, code, message):
    worker = make(code, start_timeout=1 if "sleep(600)" in code and "close" not in code else 20)
    with pytest.raises(AdapterError, match=message) as caught:
        worker.start()
    assert str(worker.launch.log) in str(caught.value)
    assert not isinstance(caught.value, WorkerFailed)


def test_a_program_that_is_not_there_and_a_log_that_cannot_be_written(make, tmp_path):
    with pytest.raises(AdapterError, match="cannot start /no/such/python: No such file"):
        make("", command=["/no/such/python"]).start()
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write the worker's log"):
        make("", log=tmp_path / "file" / "log").start()


def test_one_that_cannot_be_started_again_fails_the_item_and_then_the_run(make):
    worker = make("""
        if os.path.exists(sys.argv[0] + ".mark"):
            sys.exit("the GPU is gone")
        open(sys.argv[0] + ".mark", "w").close()
        serve(lambda request: os._exit(9))
    """)
    worker.start()
    with pytest.raises(WorkerFailed, match="status 9.*started again.*the GPU is gone"):
        worker.ask(EDIT)
    with pytest.raises(AdapterError, match="does not start.*the GPU is gone"):
        worker.ask(EDIT)


def test_an_interruption_ends_the_edit_in_hand(make):
    worker = make("serve(lambda request: time.sleep(600) if request['seed'] == 1 else None)")
    worker.start()
    pid = worker.ask(EDIT | {"seed": 2})["pid"]

    def interrupt(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            worker.ask(EDIT)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert ended(pid, within=0.1)


@pytest.mark.parametrize("end", ["kill", "exit"])
def test_no_worker_outlives_its_harness(tmp_path, end):
    """The harness is killed, or forgets to close: the worker is gone all the same, even from an edit."""
    programs = Path(__file__).resolve().parents[2] / "adapters" / "worker_programs"
    (tmp_path / "worker.py").write_text(
        f"import sys, os, time\nsys.path.insert(0, {str(programs)!r})\n"
        "import mebench_worker\n"
        "mebench_worker.serve(lambda start: (lambda edit: time.sleep(600), {'pid': os.getpid()}))\n"
    )
    (tmp_path / "harness.py").write_text(
        "import os, sys, threading, time\nfrom pathlib import Path\n"
        "from motionedit_bench.adapters.worker_process import Launch, Worker\n"
        f"command = [sys.executable, {str(tmp_path / 'worker.py')!r}]\n"
        f"worker = Worker(Launch(command, Path({str(tmp_path / 'log')!r}), 600, 60, {{}}))\n"
        "print(worker.start()['pid'], flush=True)\n"
        "threading.Thread(target=worker.ask, args=({'do': 'edit'},), daemon=True).start()\n"
        "time.sleep(0.3)\n" + ("time.sleep(600)\n" if end == "kill" else "")
    )
    harness = subprocess.Popen([sys.executable, str(tmp_path / "harness.py")], stdout=subprocess.PIPE)
    pid = int(harness.stdout.readline())
    assert not ended(pid, within=0.1)
    if end == "kill":
        harness.kill()
    harness.wait(30)
    harness.stdout.close()
    assert ended(pid)


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
