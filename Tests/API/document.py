"""Looks at docs/control-api.yaml itself: is it OpenAPI 3.1, are its examples true, does it know every action?

Arguments: the document, a file with the answer of GET /v1/access, and where a copy goes in which answers may have no key
that the document does not name. Prints a line per complaint. Runs in the environment of requirements.txt.
"""
import json
import sys

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate


def nodes(value):
    """Every mapping, outside in."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


def close(schema):
    """Readers ignore what they do not know, so the document leaves objects open; this test must not."""
    for node in nodes(schema):
        if 'properties' in node:
            node.setdefault('additionalProperties', False)


def examples(document):
    """Pairs of a schema and what is said to fit it."""
    for node in nodes(document):
        schema, said = node.get('schema'), node.get('examples')
        if isinstance(schema, dict):
            if 'example' in node:
                yield schema, node['example']
            for example in said.values() if isinstance(said, dict) else ():
                yield schema, example['value']
        elif isinstance(said, list):
            for example in said:
                yield node, example


def complaints(document, table):
    validate(document)
    components = {'components': document['components']}
    for schema, example in examples(document):
        validator = Draft202012Validator({**schema, **components}, format_checker=FormatChecker())
        for error in validator.iter_errors(example):
            yield f'example {json.dumps(example, ensure_ascii=False)[:80]}: {error.message[:200]}'
    named = set()
    for node in nodes(document['paths']):
        if 'operationId' in node:
            actions = node.get('x-action', [])
            named.update(actions if isinstance(actions, list) else [actions])
    known, told = set(document['components']['schemas']['Action']['enum']), {row['action'] for row in table}
    for action in sorted(told ^ known | told ^ named):
        yield f'action {action}: not in all three of the agent, the schema Action and x-action'


with open(sys.argv[1]) as file:
    api = yaml.safe_load(file)
with open(sys.argv[2]) as file:
    access = json.load(file)
for name, component in api['components']['schemas'].items():
    if not name.endswith('Request'):
        close(component)
for line in complaints(api, access):
    print(line)
with open(sys.argv[3], 'w') as file:
    json.dump(api, file)
