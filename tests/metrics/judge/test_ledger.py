import subprocess
import sys
import threading

import pytest

from motionedit_bench.errors import StorageError
from motionedit_bench.metrics.judge.answer import Answer
from motionedit_bench.metrics.judge.ledger import Ledger


def test_what_is_kept_is_found_by_another_process(tmp_path):
    path = tmp_path / "new" / "answers.sqlite"
    Ledger(path).keep("k", Answer("4", "m", digits={"4": -0.5}))
    program = (
        "import sys\nfrom pathlib import Path\nfrom motionedit_bench.metrics.judge.ledger import Ledger\n"
        "print(Ledger(Path(sys.argv[1])).find('k').digits)"
    )
    run = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert run.stdout == "{'4': -0.5}\n"


def test_the_first_answer_stays(tmp_path):
    ledger = Ledger(tmp_path / "answers.sqlite")
    ledger.keep("k", Answer("first"))
    ledger.keep("k", Answer("second"))
    assert ledger.find("k") == Answer("first")
    assert ledger.find("other") is None


def test_many_threads_and_two_connections_share_it(tmp_path):
    ledgers = [Ledger(tmp_path / "answers.sqlite") for _ in range(2)]

    def fill(number):
        for k in range(20):
            ledgers[number % 2].keep(f"{number}-{k}", Answer(f"{number} {k}"))

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = {ledgers[0].find(f"{number}-{k}").text for number in range(8) for k in range(20)}
    assert found == {f"{number} {k}" for number in range(8) for k in range(20)}


def test_a_damaged_file_is_one_clear_line(tmp_path):
    path = tmp_path / "answers.sqlite"
    path.write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(StorageError, match="mend or remove it"):
        Ledger(path)
