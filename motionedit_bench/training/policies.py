"""Three policies on one transformer: the one in training, the one that samples, and the model as it was."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import torch
from torch import Tensor, nn

from motionedit_bench.errors import UsageError, one_line
from motionedit_bench.training.extra import needed
from motionedit_bench.training.recipe import Recipe

Policy = Literal["theta", "old", "base"]
ADAPTERS = ("theta", "old")


class Policies:
    """Two LoRAs in a transformer, of which one answers, or none.

    ``theta`` is trained, ``old`` samples, ``base`` is the model without either. Both start alike, at the
    model itself: A is drawn from a Gaussian, B is 0. ``theta`` answers unless `by` says otherwise, and
    must do so in the backward pass, for activations that are computed again.

    Raises (on construction):
        UsageError: no layer of the transformer bears a name that the recipe targets.
        UsageError: the package peft is not installed.
    """

    def __init__(self, transformer: nn.Module, recipe: Recipe) -> None:
        peft = needed("peft")
        self._layer = needed("peft.tuners.tuners_utils").BaseTunerLayer
        transformer.requires_grad_(False)
        config = peft.LoraConfig(
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            init_lora_weights="gaussian",
            target_modules=list(recipe.targets),
        )
        with torch.random.fork_rng():
            torch.manual_seed(recipe.seed)
            try:
                with warnings.catch_warnings():
                    warnings.filterwarnings("ignore", "Already found a `peft_config`")  # two are wanted
                    for name in ADAPTERS:
                        peft.inject_adapter_in_model(config, transformer, adapter_name=name)
            except ValueError as error:
                raise UsageError(f"the LoRA finds no layer: {one_line(error)}") from error
        self.transformer = transformer
        self.theta, self.old = (self._tensors(name) for name in ADAPTERS)
        self.load("old", self.theta)
        self._answer_by("theta")

    def _tensors(self, adapter: str) -> dict[str, nn.Parameter]:
        """Its matrices in float32, by the layer's name, ``.lora_A.weight`` or ``.lora_B.weight``."""
        found: dict[str, nn.Parameter] = {}
        for name, parameter in self.transformer.named_parameters():
            layer, mark, rest = name.rpartition(f".{adapter}.")
            if mark and ".lora_" in layer:
                parameter.data = parameter.data.float()
                found[f"{layer}.{rest}"] = parameter
        return dict(sorted(found.items()))

    @contextmanager
    def by(self, policy: Policy) -> Iterator[None]:
        """Let this policy answer, without gradients; ``theta`` again afterwards."""
        self._answer_by(policy)
        try:
            with torch.no_grad():
                yield
        finally:
            self._answer_by("theta")

    @contextmanager
    def holding(self, weights: Mapping[str, Tensor]) -> Iterator[None]:
        """Let ``theta`` have these weights for a while, and its own again afterwards."""
        kept = copied(self.theta)
        self.load("theta", weights)
        try:
            yield
        finally:
            self.load("theta", kept)

    @torch.no_grad()
    def load(self, policy: Literal["theta", "old"], weights: Mapping[str, Tensor]) -> None:
        """Give a policy these weights, of the names that it has.

        Raises:
            UsageError: other names or shapes.
        """
        own: Mapping[str, Tensor] = self.theta if policy == "theta" else self.old
        if {n: t.shape for n, t in own.items()} != {n: t.shape for n, t in weights.items()}:
            raise UsageError(f"weights for {policy} are of another model or rank")
        for name, tensor in own.items():
            tensor.copy_(weights[name])

    def _answer_by(self, policy: Policy) -> None:
        for module in self.transformer.modules():
            if isinstance(module, self._layer):
                layer: Any = module
                layer.enable_adapters(policy != "base")
                if policy != "base":
                    layer.set_adapter(policy)
        # peft moves the gradient to whatever answers; it always belongs to what is trained.
        for name in ADAPTERS:
            for parameter in (self.theta if name == "theta" else self.old).values():
                parameter.requires_grad_(name == "theta")


def copied(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A copy that does not change with them."""
    return {name: tensor.detach().clone() for name, tensor in weights.items()}
