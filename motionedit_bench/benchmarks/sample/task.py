"""What an item of an embedded benchmark asks for."""

from dataclasses import dataclass

POSE = "Pose/Posture"
LOCOMOTION = "Locomotion/Distance"
FORMATION = "Object State/Formation"
VIEWPOINT = "Orientation/Viewpoint"
WITH_OBJECT = "Subject-Object Interaction"
WITH_SUBJECT = "Inter-Subject Interaction"


@dataclass(frozen=True)
class Task:
    """The words of an item: its id, the instruction and the motion type."""

    id: str
    category: str
    instruction: str
