"""Where the declared values are from."""

ME = "inference/run_image_editing.py of elainew728/motion-edit"
LEFT_BY_ME = f"the pipeline's default, which {ME} leaves"
UNIWORLD_V2 = "the UniWorld-V2 repository"
PAGE = "the model's page"
EXAMPLE = "the example that diffusers gives for the pipeline"
GUIDE = "the pipeline's guide in the documentation of diffusers"
DEFAULT = "the pipeline's default"
BFLOAT16 = f"on a GPU: {EXAMPLE}"

LORA_AS_IT_IS = {"lora_weight": ME, "lora_scale": "1: diffusers does not read the LoRA's lora_alpha"}
