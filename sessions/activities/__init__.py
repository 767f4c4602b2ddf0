"""The registry: one line for each activity."""

from sessions import rating_plan
from sessions.activities import canvas, discussion, page, rating
from sessions.activity import Activity, StepPlan

KINDS: dict[str, tuple[type[StepPlan], type[Activity]]] = {
    "page": (page.Plan, page.Page),
    "canvas": (canvas.Plan, canvas.Canvas),
    "rating": (rating_plan.Plan, rating.Rating),
    "discussion": (discussion.Plan, discussion.Discussion),
}
