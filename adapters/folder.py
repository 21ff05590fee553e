"""Images that exist already, made by whatever program."""

from pathlib import Path
from typing import Any

from PIL import Image

from motionedit_bench.adapters.base import Adapter
from motionedit_bench.errors import AdapterError, EditFailed, EditRefused
from motionedit_bench.images import SUFFIXES, decode
from motionedit_bench.predictions import ModelPredictions
from motionedit_bench.records import Item


class Folder(Adapter):
    """Images that exist already: ``<item id>.png`` (or .jpg, .jpeg, .webp) in the folder --model names."""

    model: str
    model_is = "the folder with the images, <item id>.png, .jpg, .jpeg or .webp"

    _images: ModelPredictions

    def load(self) -> None:
        """See which images there are.

        Raises:
            AdapterError: there is no such folder, or no image in it.
        """
        folder = Path(self.model).expanduser()
        if not folder.is_dir():
            raise AdapterError(f"no folder {folder}: --model names the folder with the images")
        self._images = ModelPredictions(folder)
        if not self._images.files:
            raise AdapterError(f"no image in {folder}: expected <item id> with {', '.join(SUFFIXES)}")

    def edit(self, item: Item, seed: int) -> Image.Image:
        """The image of that item.

        Raises:
            EditFailed: there is none, or more than one.
            EditRefused: there is none, because the run that made the images says that the model declined.
            ImageError: it cannot be decoded.
        """
        found = self._images.of(item.id)
        if found.picture is None:
            raise (EditRefused if found.status == "refused" else EditFailed)(
                f"{found.reason} in {self._images.folder}"
            )
        return decode(found.picture.read())

    def provenance(self) -> dict[str, Any]:
        """Where the images lie and how many there are; JSON values."""
        return {
            "model": self.model,
            "revision": None,
            "revision_is": "none: the records hold a SHA-256 for each image",
            "folder": str(self._images.folder.resolve()),
            "images": len(self._images.files),
        }
