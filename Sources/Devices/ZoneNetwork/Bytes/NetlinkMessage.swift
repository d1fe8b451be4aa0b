/// One message of the kernel's netlink (RFC 3549; linux/netlink.h), cut out of what recv(2) gave. Numbers are in the
/// machine's own order. Nothing here trusts a length: the bytes may be anybody's.
package struct NetlinkMessage: Sendable, Hashable {
    package let type: UInt16
    package let flags: UInt16
    package let sequence: UInt32
    /// Behind the header.
    package let body: ArraySlice<UInt8>

    package static let headerLength = 16

    /// All of them, in order; `nil` when a length is wrong.
    package static func all(in bytes: [UInt8]) -> [NetlinkMessage]? {
        var found: [NetlinkMessage] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let length = rest.native(UInt32.self, at: 0).map(Int.init),
                let type = rest.native(UInt16.self, at: 4),
                let flags = rest.native(UInt16.self, at: 6), let sequence = rest.native(UInt32.self, at: 8),
                length >= headerLength, length <= rest.count
            else { return nil }
            let body = rest.prefix(length).dropFirst(headerLength)
            found.append(NetlinkMessage(type: type, flags: flags, sequence: sequence, body: body))
            rest = rest.dropFirst(aligned(length))
        }
        return found
    }

    /// What stands behind the first `fixed` bytes of the body: by type, without its flags. `nil` when a length is wrong.
    package func attributes(after fixed: Int) -> [UInt16: ArraySlice<UInt8>]? {
        body.count < fixed ? nil : NetlinkMessage.attributes(body.dropFirst(fixed))
    }

    package static func attributes(_ bytes: ArraySlice<UInt8>) -> [UInt16: ArraySlice<UInt8>]? {
        var found: [UInt16: ArraySlice<UInt8>] = [:]
        var rest = bytes
        // Less than a header is padding.
        while let length = rest.native(UInt16.self, at: 0).map(Int.init), let type = rest.native(UInt16.self, at: 2) {
            guard length >= 4, length <= rest.count else { return nil }
            // NLA_TYPE_MASK
            found[type & 0x3FFF] = rest.prefix(length).dropFirst(4)
            rest = rest.dropFirst(aligned(length))
        }
        return found
    }

    /// NLMSG_ALIGN, NLA_ALIGN, RTNH_ALIGN: all of them to four bytes.
    static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}

/// What the kernel sends when it is asked for a whole table: messages in several pieces, then an end.
package struct NetlinkDump: Sendable {
    package enum Progress: Sendable, Hashable {
        case more, done
        /// Errno of the kernel's refusal.
        case refused(Int32)
        /// Bytes that are no messages, or more of them than any table of a PC has.
        case damaged
    }

    /// A kiosk has dozens of routes and neighbours.
    private static let most = 20_000

    package private(set) var messages: [NetlinkMessage] = []
    /// NLM_F_DUMP_INTR: the table changed meanwhile, so that a row may be missing.
    package private(set) var isInterrupted = false
    private let sequence: UInt32

    /// - Parameter sequence: that of the question; what answers another one is left out.
    package init(sequence: UInt32) { self.sequence = sequence }

    package mutating func take(_ bytes: [UInt8]) -> Progress {
        guard let arrived = NetlinkMessage.all(in: bytes) else { return .damaged }
        for message in arrived where message.sequence == sequence {
            if message.flags & 0x10 != 0 { isInterrupted = true }
            switch message.type {
            // NLMSG_NOOP
            case 1: continue
            // NLMSG_ERROR: an errno below zero; nobody asked for an acknowledgement, which is 0.
            case 2: return .refused(0 &- (message.body.native(Int32.self, at: 0) ?? 0))
            // NLMSG_DONE says too how it went.
            case 3:
                let result = message.body.native(Int32.self, at: 0) ?? 0
                return result < 0 ? .refused(0 &- result) : .done
            default: messages.append(message)
            }
            guard messages.count <= NetlinkDump.most else { return .damaged }
        }
        return .more
    }
}

extension ArraySlice<UInt8> {
    /// In the machine's own order, `offset` bytes from the beginning of the slice; `nil` when there are too few.
    func native<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number? {
        guard offset >= 0, count - offset >= MemoryLayout<Number>.size else { return nil }
        return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
    }
}
