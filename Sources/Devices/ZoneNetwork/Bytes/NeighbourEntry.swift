import DriverKit

/// What the kernel knows of a neighbour's card (`struct ndmsg`, linux/neighbour.h): family, three bytes of nothing, the
/// interface, a state, flags, a type; NDA_DST is its address.
package struct NeighbourEntry: Sendable, Hashable {
    package var index: Int32
    package var address: IPAddress
    package var state: NeighbourState

    package init(index: Int32, address: IPAddress, state: NeighbourState) {
        (self.index, self.address, self.state) = (index, address, state)
    }

    /// `nil` for another message, or a damaged one.
    package init?(_ message: NetlinkMessage) {
        let body = message.body
        guard message.type == 28, let attributes = message.attributes(after: 12),
            let family = IPFamily(netlink: body.native(UInt8.self, at: 0)),
            let index = body.native(Int32.self, at: 4), let bits = body.native(UInt16.self, at: 8),
            let state = NeighbourState(bits: bits), let address = attributes[1].flatMap({ IPAddress(bytes: $0) }),
            address.family == family
        else { return nil }
        self.init(index: index, address: address, state: state)
    }
}

extension NeighbourState {
    /// NUD_…; `nil` for NUD_NONE, which has not been looked for.
    fileprivate init?(bits: UInt16) {
        switch bits {
        case 0x01: self = .incomplete
        case 0x02: self = .reachable
        case 0x04: self = .stale
        case 0x08: self = .delay
        case 0x10: self = .probe
        case 0x20: self = .failed
        case 0x40: self = .noARP
        case 0x80: self = .permanent
        default: return nil
        }
    }
}

/// One address of an interface (`struct ifaddrmsg`, linux/if_addr.h): family, length of the prefix, flags, scope, interface.
package struct AddressEntry: Sendable, Hashable {
    package var index: Int32
    package var address: IPAddress

    package init(index: Int32, address: IPAddress) { (self.index, self.address) = (index, address) }

    /// `nil` for another message, a damaged one, and an address that cannot be used: somebody else has it
    /// (IFA_F_DADFAILED), or whether somebody has it is still being asked (IFA_F_TENTATIVE without IFA_F_OPTIMISTIC).
    package init?(_ message: NetlinkMessage) {
        let body = message.body
        guard message.type == 20, let attributes = message.attributes(after: 8),
            let family = IPFamily(netlink: body.native(UInt8.self, at: 0)), let short = body.native(UInt8.self, at: 2),
            let index = body.native(Int32.self, at: 4),
            // IFA_LOCAL; on a line between two, IFA_ADDRESS is the other end's.
            let address = (attributes[2] ?? attributes[1]).flatMap({ IPAddress(bytes: $0) }), address.family == family
        else { return nil }
        let flags = attributes[8]?.native(UInt32.self, at: 0) ?? UInt32(short)
        let isTentative = flags & 0x40 != 0 && flags & 0x04 == 0
        guard flags & 0x08 == 0, !isTentative else { return nil }
        self.init(index: index, address: address)
    }
}
