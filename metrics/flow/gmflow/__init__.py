"""The networks of the estimators `unimatch` and `gmflow`, in PyTorch alone.

An image becomes `Features` (`backbone`). Two of them look at each other (`transformer`), are matched
into a flow (`matching`), first at 1/8 of the size and everywhere, then at 1/4 and nearby. For `unimatch`
six steps refine it (`refinement`); for `gmflow` it is enlarged as it is. `network` puts
these together.
"""

from motionedit_bench.metrics.flow.gmflow.backbone import Features
from motionedit_bench.metrics.flow.gmflow.network import FirstGMFlow, GMFlow

__all__ = ["Features", "FirstGMFlow", "GMFlow"]
