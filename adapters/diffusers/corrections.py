"""What installed libraries leave out on the way to a pipeline's networks, put back in."""

import inspect
from typing import Any

from torch import Tensor, nn

TOKEN_TYPES = (
    "mm_token_type_ids supplied where the pipeline drops them: transformers 5 places picture tokens by them"
)
PICTURE_LISTED = "the picture's features given in a list: transformers 5 takes one where the pipeline joins"


def correct(pipeline: Any) -> dict[str, str]:
    """Correct a pipeline in place, before it is moved anywhere; returns what was corrected, by component.

    Language models that read pictures (Qwen2.5-VL and its kin) get ``mm_token_type_ids`` in every call
    that has pictures and lacks them. From transformers 5 on, tokens of a picture have their place in the
    picture only where these say which tokens they are; pipelines of diffusers (Qwen-Image-Edit,
    LongCat-Image-Edit) drop what the processor says of it, and the model then falls back, without an
    error, on places in the text alone (diffusers#14194). Libraries that do not know the argument place
    the tokens by themselves and are left as they are.

    GLM-Image's language model makes tokens of the features of each picture in a list, of shape (channels,
    rows, columns); its pipeline joins them to one tensor, of which each channel would be taken for a picture.
    """
    found = {}
    for name, component in pipeline.components.items():
        if isinstance(component, nn.Module) and hasattr(component, "get_image_tokens"):
            _list_picture(component)
            found[name] = PICTURE_LISTED
        if isinstance(component, nn.Module) and _places_by_token_types(component):
            component.register_forward_pre_hook(_supply_token_types, with_kwargs=True)
            found[name] = TOKEN_TYPES
    return found


def _list_picture(component: Any) -> None:
    take = component.get_image_tokens

    def taken(features: Any, *given: Any, **named: Any) -> Any:
        joined = isinstance(features, Tensor) and features.ndim == 3
        return take([features] if joined else features, *given, **named)

    component.get_image_tokens = taken


def _places_by_token_types(component: nn.Module) -> bool:
    known = inspect.signature(type(component).forward).parameters
    return "mm_token_type_ids" in known and hasattr(component.config, "image_token_id")


def _supply_token_types(
    model: nn.Module, given: tuple[Any, ...], named: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    ids = named.get("input_ids")
    pictured = named.get("image_grid_thw") is not None or named.get("video_grid_thw") is not None
    if ids is None or not pictured or named.get("mm_token_type_ids") is not None:
        return None
    return given, {**named, "mm_token_type_ids": token_types(ids, model.config)}


def token_types(ids: Tensor, config: Any) -> Tensor:
    """1 for tokens of a picture, 2 for those of a video, 0 for text: as the processor counts them.

    ``ids`` are token ids of any shape; the result has that shape and place.
    """
    of_video: int | None = getattr(config, "video_token_id", None)
    types: Tensor = (ids == config.image_token_id).int()
    return types if of_video is None else types + (ids == of_video).int() * 2
