import FoundationEssentials
import ZoneDeflate
import ZoneModel
import ZoneWire

/// A bundle on its way into a result: JSON, deflated (RFC 1950), base64.
struct DiagnosticsBundle: Sendable {
    /// Of the text in base64.
    static let limit = 256 << 10

    /// Without the events.
    var parts: [String: JSONValue]
    /// The oldest first.
    var events: [JSONValue]

    struct Packed: Sendable {
        var text: String
        /// Before deflating.
        var bytes: Int
        var leftOut: [String]

        var json: JSONValue {
            [
                "form": "zone-diagnostics", "encoding": "deflate, base64", "bytes": .integer(Int64(bytes)),
                "leftOut": .array(leftOut.map { .string($0) }), "data": .string(text),
            ]
        }
    }

    /// What is dropped until it fits: events, the oldest half each time; then what devices say of themselves; then the
    /// devices. What is left out is named, inside and beside.
    func packed(limit: Int = DiagnosticsBundle.limit) throws -> Packed {
        var (parts, events, leftOut) = (parts, events, [String]())
        let all = events.count
        while true {
            let named = leftOut + (events.count < all ? ["events: the oldest \(all - events.count) of \(all)"] : [])
            let packed = try DiagnosticsBundle.pack(parts, events, named)
            if packed.text.utf8.count <= limit { return packed }
            if !events.isEmpty {
                events.removeFirst((events.count + 1) / 2)
            } else if !leftOut.contains("details of devices") {
                parts["devices"] = .array((parts["devices"]?.arrayValue ?? []).map { $0.without("details") })
                leftOut.append("details of devices")
            } else if let biggest = try DiagnosticsBundle.biggest(parts) {
                parts[biggest] = nil
                leftOut.append(biggest)
            } else {
                return packed
            }
        }
    }

    private static func biggest(_ parts: [String: JSONValue]) throws -> String? {
        try parts.map { ($0.key, try WireCoding.encode($0.value).count) }.max { $0.1 < $1.1 }?.0
    }

    private static func pack(
        _ parts: [String: JSONValue], _ events: [JSONValue], _ leftOut: [String]
    ) throws -> Packed {
        var whole = parts
        whole["events"] = .array(events)
        whole["leftOut"] = .array(leftOut.map { .string($0) })
        let bytes = try WireCoding.encode(JSONValue.object(whole))
        let text = Data(try Deflate.compress(bytes)).base64EncodedString()
        return Packed(text: text, bytes: bytes.count, leftOut: leftOut)
    }
}

extension JSONValue {
    fileprivate func without(_ key: String) -> JSONValue {
        guard case .object(var members) = self else { return self }
        members[key] = nil
        return .object(members)
    }
}
