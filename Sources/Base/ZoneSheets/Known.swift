/// A value, or why there is none. A sheet never prints a made-up 0.
package enum Known<Value: Sendable & Hashable & Codable>: Sendable, Hashable {
    case value(Value)
    /// The reason in Chinese, as it stands behind the dash: `未接入`.
    case unknown(String)

    package var value: Value? { if case .value(let value) = self { value } else { nil } }

    package func map<Other>(_ change: (Value) -> Other) -> Known<Other> {
        switch self {
        case .value(let value): .value(change(value))
        case .unknown(let reason): .unknown(reason)
        }
    }

    func cell(_ draw: (Value) -> SheetCell) -> SheetCell {
        switch self {
        case .value(let value): draw(value)
        case .unknown(let reason): .unknown(reason)
        }
    }
}

extension Known: Codable {
    private enum Keys: String, CodingKey { case value, unknown }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        if let reason = try container.decodeIfPresent(String.self, forKey: .unknown) {
            self = .unknown(reason)
        } else {
            self = .value(try container.decode(Value.self, forKey: .value))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        switch self {
        case .value(let value): try container.encode(value, forKey: .value)
        case .unknown(let reason): try container.encode(reason, forKey: .unknown)
        }
    }
}
