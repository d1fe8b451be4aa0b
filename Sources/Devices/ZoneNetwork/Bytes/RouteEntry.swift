import DriverKit

/// A default route of the main table (rtnetlink(7), linux/rtnetlink.h). Other tables are for packets of somebody else,
/// such as a VPN's.
package struct RouteEntry: Sendable, Hashable {
    package struct Hop: Sendable, Hashable {
        package var index: Int32
        /// `nil` on a line without one, as of PPP and of 4G modems.
        package var gateway: IPAddress?

        package init(index: Int32, gateway: IPAddress?) { (self.index, self.gateway) = (index, gateway) }
    }

    package var family: IPFamily
    package var metric: UInt32
    /// Where packets may go, one or more; none: they go nowhere (unreachable, blackhole, prohibit, throw).
    package var hops: [Hop]

    package init(family: IPFamily, metric: UInt32, hops: [Hop]) {
        (self.family, self.metric, self.hops) = (family, metric, hops)
    }

    /// `nil` for what is no default route of the main table, or is damaged. `struct rtmsg`: family, two lengths of
    /// prefixes, tos, table, protocol, scope, type, then 32 bits of flags.
    package init?(_ message: NetlinkMessage) {
        let body = message.body
        guard message.type == 24, let attributes = message.attributes(after: 12),
            let family = IPFamily(netlink: body.native(UInt8.self, at: 0)), body.native(UInt8.self, at: 1) == 0,
            body.native(UInt8.self, at: 3) == 0, let short = body.native(UInt8.self, at: 4),
            let type = body.native(UInt8.self, at: 7), let flags = body.native(UInt32.self, at: 8)
        else { return nil }
        // RT_TABLE_MAIN; RTM_F_CLONED is a memory of one destination.
        guard attributes[15]?.native(UInt32.self, at: 0) ?? UInt32(short) == 254, flags & 0x200 == 0 else { return nil }
        let metric = attributes[6]?.native(UInt32.self, at: 0) ?? 0
        // RTN_UNICAST
        guard type == 1 else {
            guard (6...9).contains(type) else { return nil }
            self.init(family: family, metric: metric, hops: [])
            return
        }
        var hops: [Hop]
        if let several = attributes[9] {
            guard let read = RouteEntry.hops(several) else { return nil }
            hops = read
        } else {
            hops = RouteEntry.hop(attributes[4]?.native(Int32.self, at: 0), flags, attributes).map { [$0] } ?? []
        }
        // All of them dead: the route is none, and does not stand in the way of another.
        guard !hops.isEmpty else { return nil }
        self.init(family: family, metric: metric, hops: hops)
    }

    /// RTA_MULTIPATH, `struct rtnexthop`: 16 bits of length, flags, a weight, 32 bits of the interface, attributes.
    private static func hops(_ bytes: ArraySlice<UInt8>) -> [Hop]? {
        var (rest, found) = (bytes, [Hop]())
        while let length = rest.native(UInt16.self, at: 0).map(Int.init) {
            guard length >= 8, length <= rest.count, let flags = rest.native(UInt8.self, at: 2),
                let attributes = NetlinkMessage.attributes(rest.prefix(length).dropFirst(8))
            else { return nil }
            if let hop = hop(rest.native(Int32.self, at: 4), UInt32(flags), attributes) { found.append(hop) }
            rest = rest.dropFirst(NetlinkMessage.aligned(length))
        }
        return found
    }

    /// RTA_GATEWAY, or RTA_VIA for a gateway of the other family (RFC 5549): its family, its bytes. RTNH_F_DEAD: the
    /// interface is switched off. (RTNH_F_LINKDOWN, a cable that is out, is the link's matter.)
    private static func hop(_ index: Int32?, _ flags: UInt32, _ attributes: [UInt16: ArraySlice<UInt8>]) -> Hop? {
        guard let index, flags & 0x1 == 0 else { return nil }
        let gateway = attributes[5] ?? attributes[18]?.dropFirst(2)
        return Hop(index: index, gateway: gateway.flatMap { IPAddress(bytes: $0) })
    }
}

extension IPFamily {
    /// AF_INET and AF_INET6 of Linux.
    init?(netlink number: UInt8?) {
        switch number {
        case 2: self = .ipv4
        case 10: self = .ipv6
        default: return nil
        }
    }
}

package enum RouteChoice {
    /// By which packets leave: of each family the routes with the lowest metric, unless that one leads nowhere.
    /// - Parameter names: of interfaces, by index; a route over another one, as loopback, is none.
    package static func routes(_ entries: [RouteEntry], names: [Int32: String]) -> [DefaultRoute] {
        IPFamily.allCases.flatMap { family in
            let own = entries.filter { $0.family == family }
            let least = own.map(\.metric).min()
            return own.filter { $0.metric == least }.flatMap(\.hops).compactMap { hop in
                names[hop.index].map {
                    DefaultRoute(interface: $0, gateway: hop.gateway?.text, family: family)
                }
            }
        }
    }
}
