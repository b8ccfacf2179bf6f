/**
 * Writes the module that finds, reads and runs skills by name.
 *
 * @param runtime module that has `_skills(kind, request)`
 */
export function emitPythonSkillsModule(runtime = "codemode"): string {
  return TEXT.replace("RUNTIME", () => runtime);
}

const TEXT = `"""Finds, reads and runs the saved skills."""

from typing import Any, Dict, List, Optional, Union

from RUNTIME import _skills

__all__ = ["list_skills", "load_skill", "read_skill_resource", "run_skill"]


async def list_skills(options: Optional[Dict[str, Any]] = None, /, **keywords: Any) -> List[Dict[str, Any]]:
    """Lists the skills; with \`query\` those that match, best first, at most \`limit\`.

    Each is a dict with \`name\`, \`description\`, \`kind\`, \`language\`, \`tags\`, \`signature\`, and for a folder \`scripts\` and
    \`resources\`, lists of dicts with \`name\`.
    """
    skills: List[Dict[str, Any]] = await _skills("list", {**(options or {}), **keywords})
    return skills


async def load_skill(skill_name: Union[str, Dict[str, Any], None] = None, **keywords: Any) -> str:
    """Gives a skill as text: its whole SKILL.md, or its code."""
    text: str = await _skills("load", _request(skill_name, keywords))
    return text


async def read_skill_resource(
    skill_name: Union[str, Dict[str, Any], None] = None, resource_name: Optional[str] = None, **keywords: Any
) -> str:
    """Gives a file of a folder skill: its text, or a \`data:\` URL where it is not text.

    In a script of a skill a path alone names a file of its own.
    """
    is_own = isinstance(skill_name, str) and resource_name is None and not keywords
    asked = {"resource_name": skill_name} if is_own else _request(skill_name, keywords, resource_name=resource_name)
    text: str = await _skills("resource", asked)
    return text


async def run_skill(
    skill_name: Union[str, Dict[str, Any], None] = None,
    script_name: Union[str, Dict[str, Any], None] = None,
    args: Union[List[str], Dict[str, Any], None] = None,
    **keywords: Any,
) -> Any:
    """Runs a skill.

    A skill of code takes a dict of arguments, \`run_skill("mean", {"values": [1, 2]})\`, and returns its value. A script of a
    folder skill takes words, or a dict of options, \`run_skill("pdf", "extract", ["a.pdf"])\`, and returns a dict with
    \`success\`, \`exit_code\`, \`output\`, \`stdout\`, \`stderr\`, \`error\`, \`error_type\`, \`error_value\`, \`error_traceback\`,
    \`execution_time\` in seconds, \`script_name\` and \`value\`.
    """
    if isinstance(script_name, dict):
        return await _skills("run", _request(skill_name, keywords, arguments=script_name, args=args))
    return await _skills("run", _request(skill_name, keywords, script_name=script_name, args=args))


def _request(skill: Union[str, Dict[str, Any], None], keywords: Dict[str, Any], **parts: Any) -> Dict[str, Any]:
    """One request, however it was given: a name with more beside it, one dict, or keywords."""
    given = skill if isinstance(skill, dict) else {} if skill is None else {"name": skill}
    named = {key: value for key, value in parts.items() if value is not None}
    return {**given, **named, **keywords}
`;
