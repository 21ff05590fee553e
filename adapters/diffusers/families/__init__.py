"""The diffusers pipelines known by name, a file a family, each as a declaration; the engine does the work.

ME is ``inference/run_image_editing.py`` of elainew728/motion-edit, the inference script released
with the paper (MotionEdit, arXiv 2512.10284). No hub revision is pinned unless one is written here;
``--model ID@REVISION`` pins one, and the manifest records the commit that was loaded.
"""
