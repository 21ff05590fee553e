"""People and their joints by BlazePose (Bazarevsky et al. 2020, arXiv 2006.10204): two small networks.

The first finds people, the second the joints of one person in a crop that stands upright. Both are the
files of MediaPipe; what lies around the networks is written here from what is published of them.
"""

from motionedit_bench.metrics.networks.blazepose.network import BlazePose
from motionedit_bench.metrics.networks.blazepose.people import JOINTS, LIMBS, Person

__all__ = ["JOINTS", "LIMBS", "BlazePose", "Person"]
