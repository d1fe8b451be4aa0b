"""The table of panels in docs/touch-panels.md: its rows are made of what was seen, and read back."""
KINDS = ['slots', 'anonymous', 'point']
# udev's words for what else one panel's nodes are, from ID_INPUT_*; a node may have none.
MARKS = {'TABLET': 'tablet', 'MOUSE': 'mouse', 'TOUCHSCREEN': 'touch screen'}


def row(seen):
    """One line of Markdown about a panel."""
    device = seen['device']
    details = device.get('details') or {}
    fingers = [each[0] for each in seen['touched']]
    counted = [each[2] for each in seen['touched']]
    in_out = f'{max(fingers)} = {max(counted)}' if fingers == counted and fingers else f'{fingers}, {counted}'
    kind = details.get('manner', '?') + (f' {details["slots"]}' if details.get('slots') else '')
    axes = details.get('axes') or {}
    cells = [seen['panel'], f'`{seen["ids"]}`', kind, ' × '.join(axis(axes.get(name) or {}) for name in 'xy'), in_out,
             '; '.join(remarks(seen))]
    return '| ' + ' | '.join(cells) + ' |'


def axis(span):
    """Its ends, and its length where the panel says how many units a millimetre has."""
    least, most, resolution = (span.get(name, 0) for name in ('min', 'max', 'resolution'))
    ends = f'{least}…{most}'
    return f'{ends} ({(most - least) / resolution:.0f} mm)' if resolution else ends


def remarks(seen):
    touched = max([each[0] for each in seen['touched']] or [0])
    if touched > seen['together'] > 0:
        yield f'{seen["together"]} fingers a report' if seen['together'] > 1 else 'one finger a report'
    if (seen['device'].get('details') or {}).get('slots', 0) > 60:
        yield 'says no number of fingers, so the kernel takes the most'
    others = [node for node in seen['nodes'] if node['node'] not in seen['opened']]
    if others:
        yield 'other nodes: ' + ', '.join(other(node, seen['panel']) for node in others)


def other(node, panel):
    name = node['name'].removeprefix(panel).strip() or 'of the same name'
    marks = [MARKS[mark] for mark in node['marks'] if mark in MARKS]
    return f'{name} ({", ".join(marks) or "nothing that touches"})'


def rows(text):
    """The rows of panels in a document: those with ids of four hexadecimal digits each in the second cell."""
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line.startswith('| ') and line.split('|')[2].strip().strip('`').count(':') == 1
            and len(line.split('|')) == 8]
