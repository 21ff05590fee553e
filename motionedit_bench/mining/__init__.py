"""Mining: pairs of frames that show a motion, from anybody's videos, as a benchmark's folder.

Each stage is a function of the records of the stage before and of the settings::

    videos -> shots -> pairs -> measures -> gates -> duplicates -> (verdicts, instructions) -> build

    BENCH/
        mine.toml                       the settings; written with the defaults where it is not there
        mine/videos.jsonl               what each file is, or why it cannot be read
        mine/shots.jsonl                where its shots begin and end
        mine/measures.jsonl             what was measured of each pair of frames
        mine/faces.jsonl                the faces in their frames, where none are to be there
        mine/decisions.jsonl            whether each pair is kept, or which rule dropped it at which value
        mine/candidates/ID/input.png    the frames of each pair that is kept: before,
        mine/candidates/ID/target.png   after,
        mine/candidates/ID/flow.png     and the motion from one to the other, in colours
        mine/sheets/NNN-*.jpg           the candidates at a glance
        instructions.csv                id, prompt, category, keep: to be written by a person or a judge
        metadata.jsonl, input/, target/ the benchmark, where instructions are given: see `build`
        mine.json                       what it was made from, how, and how many pairs each rule dropped

A journal is added to, never rewritten. Its lines have a ``key``: a hash of all that the line depends on.
While a line's key holds, its work is not done again; so a killed run goes on where it was, and a changed
setting has only those stages done again that depend on it.
"""
