"""HID report descriptors, read, and reports of touches written by them (HID 1.11; HID Usage Tables 1.12, section 16).

Nothing here knows a panel: where a finger's place, its number and its tip are, the descriptor says.
"""

# Usages, page and number.
X, Y, TOUCH_SCREEN, FINGER = 0x10030, 0x10031, 0xd0004, 0xd0022
PRESSURE, IN_RANGE, TIP, VALID, WIDTH, HEIGHT = 0xd0030, 0xd0032, 0xd0042, 0xd0047, 0xd0048, 0xd0049
CONTACT_ID, CONTACT_COUNT, CONTACT_MAX, SCAN_TIME, BUTTON_1 = 0xd0051, 0xd0054, 0xd0055, 0xd0056, 0x90001


class Field:
    """One value in a report."""

    def __init__(self, usage, at, state, collections, item):
        self.usage, self.at, self.bits, self.item = usage, at, state['size'], item
        self.least, self.most = state['least'], state['most']
        self.collections = collections          # [(serial number, usage)] from the application inwards

    def bits_of(self, value):
        """The value at its place in a report that is one number, the lowest bit first."""
        return (value & (1 << self.bits) - 1) << self.at


class Descriptor:
    """What a report descriptor says (HID 1.11, section 6.2.2): {(kind, report number): [Field]}, and sizes in bits."""

    KINDS = {8: 'input', 9: 'output', 11: 'feature'}

    def __init__(self, data):
        self.fields, self.sizes = {}, {}
        state = dict(page=0, least=0, most=0, size=0, id=0, count=0)
        stack, collections, usages, span, serial, items = [], [], [], [None, None], 0, 0
        at = 0
        while at < len(data):
            prefix = data[at]
            if prefix == 0xfe:                  # a long item: nobody uses them
                at += 3 + data[at + 1]
                continue
            length = (0, 1, 2, 4)[prefix & 3]
            raw = data[at + 1:at + 1 + length]
            value, signed = int.from_bytes(raw, 'little'), int.from_bytes(raw, 'little', signed=True)
            kind, tag, at = prefix >> 2 & 3, prefix >> 4, at + 1 + length
            if kind == 1:                       # global
                if tag == 0:
                    state['page'] = value
                elif tag == 1:
                    state['least'] = signed
                elif tag == 2:                  # a maximum below the minimum was meant without a sign
                    state['most'] = signed if state['least'] < 0 or signed >= 0 else value
                elif tag in (7, 8, 9):
                    state[{7: 'size', 8: 'id', 9: 'count'}[tag]] = value
                elif tag == 10:
                    stack.append(dict(state))
                elif tag == 11 and stack:
                    state = stack.pop()
            elif kind == 2:                     # local
                whole = value if length == 4 else state['page'] << 16 | value
                if tag == 0:
                    usages.append(whole)
                elif tag in (1, 2):
                    span[tag - 1] = whole
            elif kind == 0:                     # main
                if None not in span:
                    usages += range(span[0], min(span[1], span[0] + 1000) + 1)
                if tag in self.KINDS:
                    items += 1
                    self._add(self.KINDS[tag], value, state, usages, list(collections), items)
                elif tag == 10:
                    serial += 1
                    collections.append((serial, usages[0] if usages else 0))
                elif tag == 12 and collections:
                    collections.pop()
                usages, span = [], [None, None]

    def _add(self, kind, flags, state, usages, collections, item):
        key = kind, state['id']
        at = self.sizes.get(key, 8 if state['id'] else 0)
        self.sizes[key] = at + state['size'] * state['count']
        if flags & 1 or not flags & 2:          # a constant, or an array: nothing here is one
            return
        for number in range(state['count']):
            if usages:
                usage = usages[min(number, len(usages) - 1)]
                self.fields.setdefault(key, []).append(
                    Field(usage, at + number * state['size'], state, collections, item))

    def report(self, key, values):
        """The bytes of a report; `values` are [(field, value)], what is not named is 0."""
        whole = key[1]
        for field, value in values:
            whole |= field.bits_of(value)
        return whole.to_bytes((self.sizes[key] + 7) // 8, 'little')


class TouchReport:
    """The input report of a touch screen: where its fingers are, and how to fill it."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        choices = [(self.fingers_of(fields), key) for key, fields in descriptor.fields.items() if key[0] == 'input']
        choices = [(fingers, key) for fingers, key in choices if fingers]
        # The touch screen's own collection before a mouse's, then the report with the most fingers.
        choices.sort(key=lambda each: (self.is_touch(each[1]), len(each[0])), reverse=True)
        if not choices:
            raise SystemExit('no report with a position')
        self.fingers, self.key = choices[0]
        inner = {id(field) for finger in self.fingers for field in finger.values() for field in field}
        self.common = {}
        for field in descriptor.fields[self.key]:
            if id(field) not in inner:
                self.common.setdefault(field.usage, []).append(field)

    def is_touch(self, key):
        return any(field.collections and field.collections[0][1] == TOUCH_SCREEN
                   for field in self.descriptor.fields[key])

    @staticmethod
    def fingers_of(fields):
        """[{usage: [Field]}], one for each finger: by the collection called Finger, else by the innermost; a usage that
        comes again in another item begins another finger."""
        groups = {}
        for field in fields:
            inner = [each for each in field.collections if each[1] == FINGER] or field.collections[-1:]
            groups.setdefault(inner[-1][0] if inner else 0, []).append(field)
        fingers = []
        for group in groups.values():
            if not any(field.usage == X for field in group):
                continue
            repeated = {usage for usage in (X, CONTACT_ID) if len({f.item for f in group if f.usage == usage}) > 1}
            finger = {}
            for field in group:
                if field.usage in (CONTACT_COUNT, SCAN_TIME, CONTACT_MAX):
                    continue
                old = finger.get(field.usage)
                if old and old[0].item != field.item and repeated:
                    fingers.append(finger)
                    finger = {}
                finger.setdefault(field.usage, []).append(field)
            fingers.append(finger)
        return [finger for finger in fingers if X in finger]

    def usages(self):
        return {usage for finger in self.fingers for usage in finger} | set(self.common)

    def reports(self, contacts, tick):
        """The bytes of one frame: `contacts` is [(number, share of x, share of y, tip, in range)]."""
        room, reports = len(self.fingers), []
        for start in range(0, max(len(contacts), 1), room):
            part, values = contacts[start:start + room], []
            for index, finger in enumerate(self.fingers):
                contact = part[index] if index < len(part) else (start + index, 0, 0, 0, 0)
                values += self.values(finger, contact, index < len(part))
            for usage, value in ((CONTACT_COUNT, len(contacts) if start == 0 else 0), (SCAN_TIME, tick)):
                values += [(field, value) for field in self.common.get(usage, [])[:1]]
            reports.append(self.descriptor.report(self.key, values))
        return reports

    @staticmethod
    def values(finger, contact, is_used):
        number, x, y, tip, in_range = contact

        def at(field, share):
            return field.least + round((field.most - field.least) * share)
        values = {TIP: lambda _: tip, BUTTON_1: lambda _: tip, IN_RANGE: lambda _: in_range,
                  VALID: lambda _: int(is_used), CONTACT_ID: lambda _: number,
                  X: lambda f: at(f, x), Y: lambda f: at(f, y),
                  PRESSURE: lambda f: at(f, 0.5 * tip), WIDTH: lambda f: at(f, 0.05 * tip),
                  HEIGHT: lambda f: at(f, 0.05 * tip)}
        return [(field, values[usage](field)) for usage in finger if usage in values for field in finger[usage]]
