"""A call without its warnings: of those that are given to this module none is heard."""

import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any


def without_a_word(func: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """What a call gives that was heard to warn."""
    warnings.filterwarnings("ignore", category=UserWarning, module=re.escape(__name__))
    return func(*args, **kwargs)
