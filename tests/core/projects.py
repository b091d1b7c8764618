"""What a project's containers add up to, in one sentence."""

from hall.core.model.container import Container
from hall.core.policy.containers import ProjectVerdict, judge_project


def judged(*containers: Container, **known: object) -> ProjectVerdict:
    """The verdict on project client1."""
    return judge_project(containers, project="client1", **known)  # type: ignore[arg-type]


def why(verdict: ProjectVerdict) -> str:
    """Its sentence, with a leading + when it is well and ! when it is in trouble."""
    sign = "+" if verdict.result.ok else "!" if verdict.trouble else ""
    return sign + str(verdict.result.detail)
