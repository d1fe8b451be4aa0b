import ZoneModel

/// One value of SNMPv1 or v2c (RFC 2578, 7.1; RFC 3416, 3).
package enum SNMPValue: Sendable, Hashable {
    case integer(Int32)
    case octets([UInt8])
    case null
    case objectID(ObjectID)
    case ipAddress([UInt8])
    case counter32(UInt32)
    case gauge32(UInt32)
    case timeTicks(UInt32)
    case opaque([UInt8])
    case counter64(UInt64)
    case noSuchObject
    case noSuchInstance
    case endOfMibView
}

extension SNMPValue {
    package var number: Int? {
        switch self {
        case .integer(let value): Int(value)
        case .counter32(let value), .gauge32(let value): Int(value)
        default: nil
        }
    }

    package var bytes: [UInt8]? {
        if case .octets(let bytes) = self { bytes } else { nil }
    }

    /// What somebody may read; `nil` when there is nothing to be read.
    package var text: String? {
        guard let bytes else { return nil }
        let text = String(decoding: bytes.prefix(1000), as: UTF8.self).cleaned()
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }

    /// What an agent says in the place of a value.
    package var isMissing: Bool {
        switch self {
        case .null, .noSuchObject, .noSuchInstance, .endOfMibView: true
        default: false
        }
    }
}

extension SNMPValue {
    var encoded: [UInt8] {
        switch self {
        case .integer(let value): BER.integer(Int64(value))
        case .octets(let bytes): BER.element(BER.octetsTag, bytes)
        case .null: BER.element(0x05, [])
        case .objectID(let id): BER.element(0x06, id.content)
        case .ipAddress(let bytes): BER.element(0x40, bytes)
        case .counter32(let value): BER.unsigned(UInt64(value), tag: 0x41)
        case .gauge32(let value): BER.unsigned(UInt64(value), tag: 0x42)
        case .timeTicks(let value): BER.unsigned(UInt64(value), tag: 0x43)
        case .opaque(let bytes): BER.element(0x44, bytes)
        case .counter64(let value): BER.unsigned(value, tag: 0x46)
        case .noSuchObject: BER.element(0x80, [])
        case .noSuchInstance: BER.element(0x81, [])
        case .endOfMibView: BER.element(0x82, [])
        }
    }

    init?(tag: UInt8, content: ArraySlice<UInt8>) {
        func word() -> UInt32? { BER.unsigned(of: content, width: 4).flatMap { UInt32(exactly: $0) } }
        let value: SNMPValue?
        switch tag {
        case BER.integerTag: value = BER.integer(of: content).flatMap { Int32(exactly: $0) }.map { .integer($0) }
        case BER.octetsTag: value = .octets(Array(content))
        case 0x06: value = ObjectID(content: content).map { .objectID($0) }
        case 0x40: value = content.count == 4 ? .ipAddress(Array(content)) : nil
        case 0x41: value = word().map { .counter32($0) }
        case 0x42: value = word().map { .gauge32($0) }
        case 0x43: value = word().map { .timeTicks($0) }
        case 0x44: value = .opaque(Array(content))
        case 0x46: value = BER.unsigned(of: content, width: 8).map { .counter64($0) }
        case 0x05, 0x80, 0x81, 0x82: value = content.isEmpty ? SNMPValue.empty[tag] : nil
        default: value = nil
        }
        guard let value else { return nil }
        self = value
    }

    private static let empty: [UInt8: SNMPValue] = [
        0x05: .null, 0x80: .noSuchObject, 0x81: .noSuchInstance, 0x82: .endOfMibView,
    ]
}
