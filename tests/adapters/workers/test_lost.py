"""The supervisor against real processes that die, hang and garble on purpose."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.worker_programs import EDIT, ONCE, ended

from motionedit_bench.errors import AdapterError, StorageError
from motionedit_bench.workers.process import WorkerDied, WorkerFailed, WorkerHung


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
    assert ended(pids[0], within=0)


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
    with pytest.raises(WorkerDied, match=f"^the worker {reason}[^/]*$"):
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
        timeout=5,
    )
    worker.start()
    with pytest.raises(WorkerHung, match="did not answer within 5 s and was ended$"):
        worker.ask(EDIT)
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
    worker = make(code, start_timeout=1 if code == "time.sleep(600)" else 300)
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


def test_an_interruption_ends_the_edit_in_hand(make, tmp_path):
    mark = tmp_path / "begun"
    worker = make(
        f"""
        def edit(request):
            if request["seed"] == 1:
                open({str(mark)!r}, "w").close()
                time.sleep(600)
        serve(edit)
        """
    )
    worker.start()
    pid = worker.ask(EDIT | {"seed": 2})["pid"]

    def interrupt(number, frame):
        if mark.exists():
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    try:
        with pytest.raises(KeyboardInterrupt):
            worker.ask(EDIT)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert ended(pid, within=0)


@pytest.mark.parametrize("end", ["kill", "exit"])
def test_no_worker_outlives_its_harness(tmp_path, end):
    """The harness is killed, or forgets to close: the worker is gone all the same, even from an edit."""
    programs = Path(__file__).resolve().parents[3] / "motionedit_bench" / "workers" / "programs"
    (tmp_path / "worker.py").write_text(
        f"import sys, os, time\nsys.path.insert(0, {str(programs)!r})\n"
        "import mebench_worker\n"
        f"begun = {str(tmp_path / 'begun')!r}\n"
        "edit = lambda request: open(begun, 'w').close() or time.sleep(600)\n"
        "mebench_worker.serve(lambda start: (edit, {'pid': os.getpid()}))\n"
    )
    (tmp_path / "harness.py").write_text(
        "import os, sys, threading, time\nfrom pathlib import Path\n"
        f"begun = Path({str(tmp_path / 'begun')!r})\n"
        "from motionedit_bench.workers.process import Launch, Worker\n"
        f"command = [sys.executable, {str(tmp_path / 'worker.py')!r}]\n"
        f"worker = Worker(Launch(command, Path({str(tmp_path / 'log')!r}), 600, 300, {{}}))\n"
        "pid = worker.start()['pid']\n"
        "threading.Thread(target=worker.ask, args=({'do': 'edit'},), daemon=True).start()\n"
        "while not begun.exists(): time.sleep(0.01)\n"
        "print(pid, flush=True)\n" + ("time.sleep(600)\n" if end == "kill" else "")
    )
    harness = subprocess.Popen([sys.executable, str(tmp_path / "harness.py")], stdout=subprocess.PIPE)
    pid = int(harness.stdout.readline())
    if end == "kill":
        assert not ended(pid, within=0)
        harness.kill()
    harness.wait(300)
    harness.stdout.close()
    assert ended(pid)
