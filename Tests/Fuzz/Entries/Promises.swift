import ZoneModel
import ZoneWire
import ZoneYAML

func promise(_ holds: Bool, _ broken: @autoclosure () -> String) throws {
    if !holds { throw BrokenPromise(broken()) }
}

/// A second opinion on `cleaned()`: the Unicode data of the standard library instead of a list by hand.
func promiseClean(_ text: String, _ what: @autoclosure () -> String) throws {
    let hostile = text.unicodeScalars.first { scalar in
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        default: return properties.isBidiControl
        }
    }
    guard let hostile else { return }
    throw BrokenPromise("\(what()) lets U+\(String(hostile.value, radix: 16)) through: \(text.debugDescription)")
}

/// The text of a file and the name it has in complaints.
struct NamedText {
    let name: String
    let text: String

    init(_ name: String, _ bytes: ArraySlice<UInt8>) {
        // As SmallFile reads: what is not UTF-8 is repaired.
        (self.name, text) = (name, String(decoding: bytes, as: UTF8.self))
    }

    /// As people count: what follows the last line break is a line only if there is something. (Line breaks of YAML
    /// 1.1: CR, LF, both, NEL, LS, PS.)
    var lineCount: Int {
        var (count, last, isOpen): (Int, Unicode.Scalar, Bool) = (0, " ", false)
        for scalar in text.unicodeScalars {
            let isBreak = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
            if isBreak, !(scalar == "\n" && last == "\r") { count += 1 }
            (last, isOpen) = (scalar, !isBreak)
        }
        return max(1, isOpen ? count + 1 : count)
    }

    /// Several files in one input stand behind each other, with a line `%%%` between them.
    static func files(_ bytes: [UInt8], _ names: [String]) -> [NamedText] {
        let fence = Array("\n%%%\n".utf8)
        var (texts, rest) = ([NamedText](), bytes[...])
        for name in names.dropLast() {
            guard let cut = rest.firstRange(of: fence) else { break }
            texts.append(NamedText(name, rest[..<cut.lowerBound]))
            rest = rest[cut.upperBound...]
        }
        return texts + [NamedText(names[texts.count], rest)]
    }
}

/// A complaint names one of the files, a line that this file has, and nothing hostile.
func promiseFit(_ complaint: FileComplaint, _ files: [NamedText]) throws {
    guard let file = files.first(where: { $0.name == complaint.file }) else {
        throw BrokenPromise("complaint about a file that nobody gave: \(complaint.file.debugDescription)")
    }
    try promise((1...file.lineCount).contains(complaint.line), "\(file.name) has no line \(complaint.line)")
    try promiseClean("\(complaint)", "complaint")
    try promise(complaint.description.utf8.count <= 4000, "complaint has \(complaint.description.utf8.count) bytes")
}

/// What was accepted survives the way out and back; what was not is explained in words that harm nobody.
@discardableResult
func promiseRoundTrip<Value: Codable & Equatable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value? {
    let value: Value
    do {
        value = try WireCoding.decode(type, bytes)
    } catch {
        let words = WireCoding.explain(error)
        try promiseClean(words, "explanation of a bad \(type)")
        try promise(words.utf8.count <= 1000, "explanation of a bad \(type) has \(words.utf8.count) bytes")
        return nil
    }
    let written = try WireCoding.encode(value)
    let again = try WireCoding.decode(type, written)
    try promise(again == value, "\(type) comes back as another: \(String(decoding: written, as: UTF8.self))")
    try promise(try WireCoding.encode(again) == written, "equal values of \(type) are not equal bytes")
    return value
}
