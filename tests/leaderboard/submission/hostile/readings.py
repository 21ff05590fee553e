"""Pictures that show one thing to one reader and another to the next, at the scores of the better one."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from helpers.pictures import png
from PIL import Image, ImageChops, ImageCms

from .attempt import Attempt, Family
from .raw_images import chunks_of, jpeg, png_of, segment, webp, with_chunks, with_segments

ALPHA = Family("what is transparent")
SEVERAL = Family("several pictures in one file")
COLOUR = Family("colours by another reading")
TURNED = Family("pictures that are turned by a tag")
SIZES = Family("pictures of odd sizes")

Make = Callable[[Image.Image, Image.Image], bytes]
"""From an item's input and target to a picture."""


def shown(make: Make, suffix: str = ".png"):
    """Pictures of every item, at the scores of the targets themselves."""

    def build(attempt: Attempt) -> None:
        world = attempt.world
        attempt.pictures(lambda item: make(world.input(item), world.target(item)), suffix)
        attempt.as_ideal()

    return build


def saved(image: Image.Image, **options: object) -> bytes:
    return png(image, **options)


def over_white(_: Image.Image, target: Image.Image) -> bytes:
    """Black of an opacity that gives the target's brightness over white."""
    alpha = ImageChops.invert(target.convert("L"))
    return saved(Image.merge("RGBA", (*Image.new("RGB", target.size).split(), alpha)))


def hidden(source: Image.Image, target: Image.Image) -> bytes:
    """The input's pixels where they are seen, the target's behind full transparency."""
    both = Image.new("RGB", (target.width, target.height))
    both.paste(target)
    return saved(Image.merge("RGBA", (*both.split(), Image.new("L", both.size, 0))))


def barely(source: Image.Image, target: Image.Image) -> bytes:
    return saved(Image.merge("RGBA", (*target.split(), Image.new("L", target.size, 254))))


def one_colour(source: Image.Image, target: Image.Image) -> bytes:
    """One colour of the target is said to be transparent: over white it is white."""
    pixels = np.asarray(target).copy()
    pixels[0, 0] = 255
    image = Image.fromarray(pixels)
    return with_chunks(image, (b"tRNS", struct.pack(">HHH", 255, 255, 255)))


def palette(source: Image.Image, target: Image.Image) -> bytes:
    image = target.quantize(256)
    return saved(image, transparency=bytes([0] * 256))


ALPHA.add("composes to the target's brightness", shown(over_white))
ALPHA.add("the target behind nothing", shown(hidden))
ALPHA.add("the target, nearly opaque", shown(barely))
ALPHA.add("the target with a colour that is none", shown(one_colour))
ALPHA.add("a palette that is transparent throughout", shown(palette))
ALPHA.add(
    "the target as WebP with alpha", shown(lambda s, t: webp(t.convert("RGBA"), lossless=True, exact=True))
)


def frames(first: Image.Image, then: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    first.save(
        buffer, form, save_all=True, append_images=[then], **({"lossless": True} if form == "WEBP" else {})
    )
    return buffer.getvalue()


SEVERAL.add("an APNG that ends at the target", shown(lambda s, t: frames(s, t, "PNG")))
SEVERAL.add("an APNG that begins with the target", shown(lambda s, t: frames(t, s, "PNG")))
SEVERAL.add("a WebP that moves to the target", shown(lambda s, t: frames(s, t, "WEBP"), ".webp"))
SEVERAL.add("an MPO whose second picture is the target", shown(lambda s, t: frames(s, t, "MPO"), ".jpg"))
SEVERAL.add("a JPEG after a JPEG", shown(lambda s, t: jpeg(s) + jpeg(t), ".jpg"))
SEVERAL.add("a PNG after a PNG", shown(lambda s, t: saved(s) + saved(t)))
SEVERAL.add(
    "a thumbnail that is the target", shown(lambda s, t: with_segments(jpeg(s), thumbnail(t)), ".jpg")
)
SEVERAL.add("an APNG that says it has one frame", shown(lambda s, t: single(s, t)))
SEVERAL.add("a GIF with a PNG's name", shown(lambda s, t: png(t, "GIF")))
SEVERAL.add("a TIFF with a PNG's name", shown(lambda s, t: png(t, "TIFF")))


def thumbnail(target: Image.Image) -> bytes:
    small = jpeg(target.resize((80, 60)), quality=40)
    return segment(0xE0, b"JFXX\0\x10" + small)


def single(source: Image.Image, target: Image.Image) -> bytes:
    """The default picture is no frame; the only frame of the animation is the target."""
    first, *rest = chunks_of(saved(source))
    pixels = b"".join(data for kind, data in chunks_of(saved(target)) if kind == b"IDAT")
    control = (b"acTL", struct.pack(">II", 1, 0))
    frame = (b"fcTL", struct.pack(">IIIIIHHBB", 0, *target.size, 0, 0, 1, 1, 0, 0))
    return png_of([first, control, *rest, frame, (b"fdAT", struct.pack(">I", 1) + pixels)])


def profile(source: Image.Image, target: Image.Image) -> bytes:
    """Inverted pixels that a made-up profile is to turn again."""
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(ImageChops.invert(target), icc_profile=own)


def sixteen(source: Image.Image, target: Image.Image) -> bytes:
    """16-bit greys whose high bytes are the input and whose low bytes are the target."""
    high, low = (np.asarray(one.convert("L")).astype(np.uint16) for one in (source, target))
    return saved(Image.fromarray(high * 256 + low))


def cmyk(source: Image.Image, target: Image.Image) -> bytes:
    """Inks with no word on whether they are inverted, as Adobe writes them."""
    inks = ImageChops.invert(target.convert("CMYK"))
    return with_segments(jpeg(inks, subsampling=-1), segment(0xEE, b"Adobe\0\x64\0\0\0\0\x02"))


def gamma(source: Image.Image, target: Image.Image) -> bytes:
    pixels = (np.asarray(target) / 255.0) ** 2.2 * 255
    return with_chunks(Image.fromarray(pixels.astype(np.uint8)), (b"gAMA", struct.pack(">I", 100_000)))


def untransformed(source: Image.Image, target: Image.Image) -> bytes:
    """YCbCr that an Adobe marker says is RGB."""
    return with_segments(jpeg(target), segment(0xEE, b"Adobe\0\x64\0\0\0\0\0"))


COLOUR.add("a profile that is not the pixels'", shown(profile))
COLOUR.add("16 bits, of which the low ones are the target", shown(sixteen))
COLOUR.add("inks of unknown sign", shown(cmyk, ".jpg"))
COLOUR.add("another gamma", shown(gamma))
COLOUR.add("a colour transform that is denied", shown(untransformed, ".jpg"))
COLOUR.add("swapped colours", shown(lambda s, t: saved(Image.merge("RGB", t.split()[::-1]))))
COLOUR.add(
    "a profile that is no profile",
    shown(lambda s, t: with_chunks(s, (b"iCCP", b"x\0\0" + zlib.compress(b"acsp" * 99)))),
)
COLOUR.add("significant bits that are few", shown(lambda s, t: with_chunks(s, (b"sBIT", b"\1\1\1"))))

STEPS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
"""Pillow's number of the step that undoes a turn (`Image.Transpose`), by the tag's value."""


def turned(value: int) -> Make:
    def make(source: Image.Image, target: Image.Image) -> bytes:
        exif = Image.Exif()
        exif[0x0112] = value
        return saved(target, exif=exif.tobytes())

    return make


for value in STEPS:
    TURNED.add(f"the target, to be turned by {value}", shown(turned(value)))
TURNED.add(
    "a tag that is no number", shown(lambda s, t: jpeg(s, exif=b"Exif\0\0II*\0" + b"\xff" * 64), ".jpg")
)
TURNED.add("a tag that leads to itself", shown(lambda s, t: jpeg(s, exif=looping()), ".jpg"))


def looping() -> bytes:
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x8769, 4, 1, 8) + struct.pack("<I", 8)


for size in ((1, 1), (1, 60_000), (60_000, 1), (2, 3), (159, 120), (640, 480), (1000, 100)):
    SIZES.add(f"{size[0]} x {size[1]}", shown(lambda s, t, size=size: saved(t.resize(size))))
