"""Where the declared values are from."""

ME = "inference/run_image_editing.py of elainew728/motion-edit"
LEFT_BY_ME = f"the pipeline's default, which {ME} leaves"
UNIWORLD_V2 = "the UniWorld-V2 repository"

LORA_AS_IT_IS = {"lora_weight": ME, "lora_scale": "1: diffusers does not read the LoRA's lora_alpha"}
