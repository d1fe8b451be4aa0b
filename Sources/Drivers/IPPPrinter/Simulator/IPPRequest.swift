import ZoneModel

/// One request as a stranger sent it: header and attributes, each within bounds; the document behind them is thrown away.
struct IPPRequest {
    struct Value {
        var tag: UInt8
        var bytes: ArraySlice<UInt8>
    }

    private static let mostValues = 512
    /// RFC 8010, 3.9: no syntax has longer values than 1023 octets.
    private static let longestValue = 1023

    /// Major and minor; 0.0 of what is too short for a header.
    let version: [UInt8]
    let operation: UInt16
    let id: [UInt8]
    /// Attributes in the order in which they came, each name once: the first one counts.
    private(set) var names: [String] = []
    private(set) var isWellFormed = false
    private var values: [String: [Value]] = [:]

    init(_ bytes: [UInt8]) {
        guard bytes.count >= 9 else {
            (version, operation, id) = ([0, 0], 0, [0, 0, 0, 0])
            return
        }
        (version, id) = (Array(bytes[..<2]), Array(bytes[4..<8]))
        operation = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        isWellFormed = read(bytes[8...])
    }

    /// - Returns: whether the end of the attributes was there, and nothing before it was out of bounds.
    private mutating func read(_ bytes: ArraySlice<UInt8>) -> Bool {
        var (rest, count, last) = (bytes, 0, String?.none)
        while let tag = rest.popFirst() {
            guard tag != IPPTag.end else { return true }
            // Tags below 0x10 begin a group and have nothing behind them (RFC 8010, 3.5.1).
            guard tag >= 0x10 else {
                last = nil
                continue
            }
            count += 1
            guard count <= IPPRequest.mostValues, let name = IPPRequest.field(&rest),
                let value = IPPRequest.field(&rest)
            else { return false }
            // A further value of the same attribute has an empty name.
            guard let key = name.isEmpty ? last : String(decoding: name, as: UTF8.self) else { return false }
            if !name.isEmpty, values[key] == nil { names.append(key) }
            values[key, default: []].append(Value(tag: tag, bytes: value))
            last = key
        }
        return false
    }

    private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
        let length = Int(high) << 8 | Int(low)
        guard length <= longestValue, rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }
}

extension IPPRequest {
    func tag(_ name: String) -> UInt8? { values[name]?.first?.tag }

    func text(_ name: String) -> String? { texts(name).first }

    func texts(_ name: String) -> [String] {
        (values[name] ?? []).map { String(decoding: $0.bytes, as: UTF8.self).cleaned(limit: 255) }
    }

    /// Of an integer or an enum.
    func integer(_ name: String) -> Int? {
        guard let value = values[name]?.first, [IPPTag.integer, IPPTag.enumeration].contains(value.tag),
            value.bytes.count == 4
        else { return nil }
        return Int(value.bytes.reduce(Int32(0)) { $0 << 8 | Int32($1) })
    }

    func boolean(_ name: String) -> Bool? {
        guard let value = values[name]?.first, value.tag == IPPTag.boolean, value.bytes.count == 1 else { return nil }
        return value.bytes.first == 1
    }

    /// What is to be told; `nil`: everything.
    /// - Parameter otherwise: where the request does not say.
    func wanted(otherwise: Set<String>? = nil) -> Set<String>? {
        let named = Set(texts("requested-attributes"))
        return named.contains("all") ? nil : named.isEmpty ? otherwise : named
    }

    /// The job it is about: by its number, or at the end of its address (RFC 8011, 4.1.5).
    var jobID: Int? {
        if let id = integer("job-id") { return id }
        return text("job-uri")?.split(separator: "/").last.flatMap { Int($0) }
    }
}
