"""What `mebench mine --no-faces` finds: faces of known size and turn, and photographs without any.

Faces are the 100 of the LFW data set that scikit-image installs, scaled and set into the middle of a frame
that continues them, and the astronaut's, at several sizes and turns. Beside them, the 100 backgrounds that
come with the former, and photographs without a face. Printed: how many of each are seen.

    python studies/mining_faces.py
"""

from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
from tabulate import tabulate

from motionedit_bench.benchmarks.sample.photos import open_photo, read
from motionedit_bench.mining.faces import find_faces

Pixels = npt.NDArray[np.uint8]

SHARES = (0.15, 0.3, 0.6)
"""Sides of faces, by the frame's."""
TURNS = (0, 10, 20, 30, 45)
"""Degrees by which a head is turned in the picture's plane."""
SIDE = 256
WITHOUT = (
    *("coffee.png", "chelsea.png", "rocket.jpg", "motorcycle_left.png", "motorcycle_right.png", "brick.png"),
    *("gravel.png", "grass.png", "coins.png", "moon.png", "hubble_deep_field.jpg", "ihc.png", "page.png"),
    *("retina.jpg", "cell.png", "logo.png", "color.png", "horse.png"),
)


def framed(crop: npt.NDArray[np.float64], share: float) -> Pixels:
    """A grey crop, 0 to 1, as that share of a frame, which its mirror images fill."""
    side = round(SIDE * share)
    scaled = cv2.resize((crop * 255).astype(np.uint8), (side, side), interpolation=cv2.INTER_CUBIC)
    before = (SIDE - side) // 2
    whole = np.pad(scaled, (before, SIDE - side - before), mode="symmetric")
    return np.repeat(whole[..., None], 3, axis=2)


def is_seen_in_middle(pixels: Pixels) -> bool:
    """Whether a face is seen that holds the middle of the frame."""
    boxes = (one.box for one in find_faces(pixels))
    return any(left < SIDE / 2 < right and top < SIDE / 2 < bottom for left, top, right, bottom in boxes)


def astronaut(share: float, turn: float) -> Pixels:
    """Her face as that share of the frame, turned about its middle."""
    photo = np.asarray(open_photo("astronaut.png").convert("RGB"))
    matrix = cv2.getRotationMatrix2D((225, 115), turn, share * SIDE / 100)
    matrix[:, 2] += SIDE / 2 - np.array([225, 115])
    return np.asarray(
        cv2.warpAffine(photo, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT_101), np.uint8
    )


def main() -> None:
    crops = np.load(BytesIO(read("lfw_subset.npy")))
    rows = [
        [
            f"{share:.0%}",
            *(
                sum(is_seen_in_middle(framed(one, share)) for one in part)
                for part in (crops[:100], crops[100:])
            ),
        ]
        for share in SHARES
    ]
    print(tabulate(rows, ["side of the frame", "of 100 faces", "of 100 backgrounds"], tablefmt="github"))
    turned = [
        [f"{share:.0%}", *("yes" if is_seen_in_middle(astronaut(share, turn)) else "no" for turn in TURNS)]
        for share in SHARES
    ]
    print()
    print(tabulate(turned, ["astronaut", *(f"{turn} degrees" for turn in TURNS)], tablefmt="github"))
    found = [name for name in WITHOUT if find_faces(np.asarray(open_photo(name).convert("RGB")))]
    print(
        f"\nphotographs without a face in which one is seen: {len(found)} of {len(WITHOUT)} {' '.join(found)}"
    )


if __name__ == "__main__":
    main()
