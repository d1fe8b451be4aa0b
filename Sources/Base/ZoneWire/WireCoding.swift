import FoundationEssentials
import ZoneModel

/// The one way JSON is written and read: sorted keys (so that equal values are equal bytes), no escaped slashes.
package enum WireCoding {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    package static func text(_ value: some Encodable) throws -> String {
        String(decoding: try encode(value), as: UTF8.self)
    }

    /// - Throws: `DecodingError`, also for what is nested deeper or has more values than anything that is sent: the
    ///   decoder's time grows with the cube of the depth (1 KB of brackets took seconds).
    package static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
        guard isModest(bytes) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "nested too deep or too many values"))
        }
        return try JSONDecoder().decode(type, from: Data(bytes))
    }

    private static let deepest = 32
    private static let mostValues = 50_000

    /// Counts brackets and commas outside strings.
    private static func isModest(_ bytes: [UInt8]) -> Bool {
        var (depth, values, isText, isEscaped) = (0, 0, false, false)
        for byte in bytes {
            if isText {
                if byte == UInt8(ascii: "\""), !isEscaped { isText = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"): (depth, values) = (depth + 1, values + 1)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ","): values += 1
            default: break
            }
            if depth > deepest || values > mostValues { return false }
        }
        return true
    }

    /// What was wrong with bytes that did not decode, naming the field, without quoting their content.
    package static func explain(_ error: any Error) -> String { reason(error).cleaned() }

    private static func reason(_ error: any Error) -> String {
        func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            return keys.isEmpty ? "body" : keys.map(\.stringValue).joined(separator: ".")
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "\(path(context, key)): missing"
        case .typeMismatch(_, let context): return "\(path(context)): wrong type"
        case .valueNotFound(_, let context): return "\(path(context)): null"
        // Of a word that is not in the list the library quotes all.
        case .dataCorrupted(let context) where context.debugDescription.hasPrefix("Cannot initialize"):
            return "\(path(context)): not one of the known words"
        case .dataCorrupted(let context): return "\(path(context)): \(context.debugDescription)"
        default: return "not readable"
        }
    }
}
