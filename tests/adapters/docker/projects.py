"""Projects of a fake engine."""

from hall.core.model.container import ProjectRef
from tests.adapters.docker.fake_engine import FakeEngine, inspected, listed

CLIENT1 = ProjectRef(compose="client1")


def project(*names: str, **inspections: object) -> FakeEngine:
    """An engine with the Compose project client1: one container per service."""
    answers = {"GET /containers/json": (200, [listed(name, oneoff="False") for name in names])}
    for name in names:
        found = inspections.get(name) or inspected(name)
        answers[f"GET /containers/{name}/json"] = (200, found)
    return FakeEngine(answers)
