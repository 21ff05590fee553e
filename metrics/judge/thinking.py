"""What a model thinks aloud before it answers, told from the answer."""

import re

_WORDS = (
    r"(?:think(?:ing)?|thoughts?|reason(?:ing|s)?|reflect(?:ion|ing)?|analysis|deliberation|scratch_?pad"
    r"|(?:inner_?|internal_?)?monologue|chain_?of_?thought|cot)"
)
_NAMES = rf"[\w:-]{{0,40}}{_WORDS}(?:[_-]\w{{1,40}})?"
MARKS = re.compile(
    rf"(?P<open>(?:<|&lt;)\s*{_NAMES}(?:\s[^<>]*)?(?:>|&gt;)"  # <think>, <seed:think>, <longcat_think>
    rf"|\[{_WORDS}\]"  # Mistral: [THINK]
    rf"|◁{_WORDS}▷"  # Kimi
    rf"|<\|(?:begin_of_|start_of_|start_)?{_WORDS}\|>"  # <|begin_of_thought|>, <|START_THINKING|>
    r"|<\|channel\|?>\s*(?:analysis|commentary|thought)(?:<\|message\|>)?)"  # gpt-oss, Gemma
    rf"|(?P<close>(?:<|&lt;)\s*/\s*{_NAMES}\s*(?:>|&gt;)"
    rf"|\[/{_WORDS}\]|◁/{_WORDS}▷|<\|(?:end_of_|end_|/){_WORDS}\|>"
    r"|<\|channel\|>\s*final(?:\s[^<]*)?(?:<\|constrain\|>[^<]*)?<\|message\|>|<channel\|>|assistantfinal)",
    re.IGNORECASE,
)
"""Where thinking begins and where it ends, in the spellings of models and of the servers before them."""


def without_thinking(text: str) -> str:
    """What stands outside thinking.

    Thinking that never ends takes all that follows. Where it ends and has not begun, it began before the
    answer did: servers put the opening mark into the prompt, and all that stands before is thinking.

    >>> without_thinking('<think>a 1?</think>a 4')
    'a 4'
    >>> without_thinking('it begins in the prompt</think>a 4'), without_thinking('a 4 <think>or')
    ('a 4', 'a 4 ')
    """
    kept: list[str] = []
    place, thinking = 0, False
    for mark in MARKS.finditer(text):
        if not thinking:
            kept.append(text[place : mark.start()])
        if mark["close"] and not thinking:
            kept.clear()
        thinking = mark["close"] is None
        place = mark.end()
    return "".join(kept if thinking else [*kept, text[place:]])
