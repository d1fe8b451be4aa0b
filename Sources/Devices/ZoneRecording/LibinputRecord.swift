import DriverKit

/// A file of `libinput record` (libinput-record(1), "FILE FORMAT", version 1) of one device. It is YAML, and read line by
/// line, as its one writer writes it: a tree of 400 000 events would be gigabytes. Keys that are not known are passed over,
/// as the manual asks of readers; so are libinput's own events and HID reports among the kernel's.
struct LibinputRecord {
    private enum Part {
        /// Of the file or the device; also whatever is passed over.
        case other
        /// `evdev:` of the device, and two of its mappings.
        case panel, codes, axes
        /// `- evdev:` among the events.
        case frame
    }

    private(set) var file = EvemuFile(name: "", bus: 0, vendor: 0, product: 0, version: 0)
    private var part = Part.other
    private var isVersioned = false
    private var devices = 0

    static func isOne(_ bytes: [UInt8]) -> Bool {
        ["# libinput record", "version:"].contains { bytes.starts(with: $0.utf8) }
    }

    /// - Returns: what was expected, when the line is wrong.
    mutating func take(_ line: String) -> String? {
        let text = line.drop { $0 == " " }
        guard let first = text.first, first != "#" else { return nil }
        if first != "-", text.count == line.count { return takeTop(text) }
        if text.hasPrefix("- [") { return part == .frame ? takeEvent(text.dropFirst(2)) : nil }
        if first == "-" { return takeItem(text) }
        switch part {
        case .codes: return Self.entry(text).map { takeCodes($0.key, $0.rest) } ?? takeKey(text)
        case .axes: return Self.entry(text).map { takeAxis($0.key, $0.rest) } ?? takeKey(text)
        default: return takeKey(text)
        }
    }

    private mutating func takeTop(_ text: Substring) -> String? {
        part = .other
        if text.hasPrefix("version:") {
            isVersioned = Self.value(text) == "1"
            return isVersioned ? nil : "version: 1"
        }
        guard isVersioned else { return "version: 1 before everything else" }
        return !text.hasPrefix("ndevices:") || Self.value(text) == "1" ? nil : "ndevices: 1, a recording of one device"
    }

    private mutating func takeItem(_ text: Substring) -> String? {
        part = text.hasPrefix("- evdev:") ? .frame : .other
        devices += text.hasPrefix("- node:") ? 1 : 0
        return devices > 1 ? "one device" : nil
    }

    private mutating func takeKey(_ text: Substring) -> String? {
        switch text.prefix(while: { $0 != ":" }) {
        case "evdev": part = .panel
        case "hid", "udev", "quirks", "events", "libinput", "system": part = .other
        case "codes" where part != .other: part = .codes
        case "absinfo" where part != .other: part = .axes
        case "name" where part == .panel: return takeName(text)
        case "id" where part == .panel: return takeIdentity(text)
        case "properties" where part != .other: return takeProperties(text)
        default: break
        }
        return nil
    }

    private mutating func takeName(_ text: Substring) -> String? {
        let begun = Self.value(text)
        let quoted = begun.hasPrefix("\"") && begun.hasSuffix("\"") && begun.count > 1
        file.name = EvemuFile.name(quoted ? begun.dropFirst().dropLast() : begun)
        return file.name.isEmpty ? "a name" : nil
    }

    private mutating func takeIdentity(_ text: Substring) -> String? {
        guard let ids = Self.list(Self.value(text), of: UInt16.self), ids.count == 4 else {
            return "[bus, vendor, product, version]"
        }
        (file.bus, file.vendor, file.product, file.version) = (ids[0], ids[1], ids[2], ids[3])
        return nil
    }

    private mutating func takeProperties(_ text: Substring) -> String? {
        part = .panel
        guard let numbers = Self.list(Self.value(text), of: UInt16.self), numbers.allSatisfy({ $0 < 32 }) else {
            return "a list of properties"
        }
        file.properties = Set(numbers)
        return nil
    }

    private mutating func takeCodes(_ type: UInt16, _ rest: Substring) -> String? {
        guard type < 0x20, let codes = Self.list(rest, of: UInt16.self), codes.allSatisfy({ $0 < 0x300 }) else {
            return "a type of event, then a list of codes"
        }
        if !codes.isEmpty { file.codes[type] = Set(codes) }
        return nil
    }

    private mutating func takeAxis(_ code: UInt16, _ rest: Substring) -> String? {
        guard code < 0x40, let numbers = Self.list(rest, of: Int32.self), numbers.count == 5 else {
            return "an axis, then [minimum, maximum, fuzz, flat, resolution]"
        }
        file.axes[code] = EvemuFile.Axis(
            minimum: numbers[0], maximum: numbers[1], fuzz: numbers[2], flat: numbers[3], resolution: numbers[4])
        return nil
    }

    private mutating func takeEvent(_ text: Substring) -> String? {
        guard let numbers = Self.list(text, of: Int64.self), numbers.count == 5,
            let seconds = UInt64(exactly: numbers[0]),
            seconds <= EvemuFile.longestSeconds, (0..<1_000_000).contains(numbers[1]),
            let type = UInt16(exactly: numbers[2]), let code = UInt16(exactly: numbers[3]),
            let value = Int32(exactly: numbers[4])
        else { return "[seconds, microseconds, type, code, value]" }
        return file.append(
            InputEvent(microseconds: numbers[0] * 1_000_000 + numbers[1], type: type, code: code, value: value))
    }

    /// `47: [0, 9, 0, 0, 0]`; a key that is no number ends the mapping.
    private static func entry(_ text: Substring) -> (key: UInt16, rest: Substring)? {
        let key = text.prefix { $0 != ":" }
        guard let number = UInt16(key) else { return nil }
        return (number, value(text))
    }

    /// What stands behind the first colon, without the blanks around it.
    private static func value(_ text: Substring) -> Substring {
        var rest = text.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
        while let last = rest.last, last == " " || last == "\r" { rest.removeLast() }
        return rest
    }

    /// Decimal numbers between brackets; a remark may follow.
    private static func list<Value: FixedWidthInteger>(_ text: Substring, of type: Value.Type) -> [Value]? {
        guard text.first == "[", let end = text.firstIndex(of: "]") else { return nil }
        let rest = text[text.index(after: end)...].drop { $0 == " " }
        guard rest.isEmpty || rest.first == "#" || rest.first == "\r" else { return nil }
        let words = text[..<end].dropFirst().split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " } }
        if words == [""] { return [] }
        let numbers = words.compactMap { Value($0) }
        return numbers.count == words.count ? numbers : nil
    }
}
