// Purpose: questions to other services of the PC over the D-Bus system bus. The only importer of CSystemd.

/// What a service answered, read once and within bounds. Numbers are one type, a variant is what it holds, a structure is a
/// list, bytes are text.
package indirect enum BusValue: Sendable, Hashable {
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([BusValue])
    /// By keys that are texts; others are left out.
    case map([String: BusValue])
    /// A type that nothing here asks for, such as a descriptor.
    case other

    package subscript(key: String) -> BusValue? {
        if case .map(let members) = self { members[key] } else { nil }
    }

    package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }
    package var textValue: String? { if case .text(let value) = self { value } else { nil } }
    package var listValue: [BusValue]? { if case .list(let items) = self { items } else { nil } }

    package var doubleValue: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
}

/// Why there is no answer.
package enum BusFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no bus, or it does not let us in.
    case unreachable(String)
    /// The service said no, or there is none: the error's name, such as `org.freedesktop.DBus.Error.ServiceUnknown`.
    case refused(String)
    case timedOut
    /// Not what the specification says, or more than anybody needs.
    case malformed(String)

    /// Nobody offers the service on this PC.
    package var isAbsent: Bool {
        guard case .refused(let name) = self else { return false }
        return ["ServiceUnknown", "NameHasNoOwner", "Spawn.ServiceNotFound"].contains { name.hasSuffix(".Error.\($0)") }
    }

    package var description: String {
        switch self {
        case .unreachable(let detail): "no bus (\(detail))"
        case .refused(let name): name
        case .timedOut: "timedOut"
        case .malformed(let detail): "malformed answer (\(detail))"
        }
    }
}
