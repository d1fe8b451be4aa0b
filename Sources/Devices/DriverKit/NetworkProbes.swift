import ZoneModel

/// What a network interface is made of, as far as the kernel knows. A 4G router behind a cable is `wired`.
package enum InterfaceKind: String, Sendable { case wired, wifi, cellular, other }

/// One network interface of this machine, loopback left out.
package struct InterfaceFact: Sendable, Hashable {
    package var name: String
    package var kind: InterfaceKind
    /// A cable with a live far end (or a radio association); `nil` while the interface is switched off.
    package var hasCarrier: Bool?
    /// Mbit/s; `nil` where the kernel does not know, as for radio.
    package var speed: Int?
    /// `full`, `half`; `nil` where the kernel does not know.
    package var duplex: String?
    /// Numeric, of both families, those that can be used; `nil` when the kernel did not say.
    package var addresses: [String]?

    package init(
        name: String, kind: InterfaceKind = .wired, hasCarrier: Bool?, speed: Int? = nil, duplex: String? = nil,
        addresses: [String]? = nil
    ) {
        (self.name, self.kind, self.hasCarrier) = (name, kind, hasCarrier)
        (self.speed, self.duplex, self.addresses) = (speed, duplex, addresses)
    }
}

/// A way out by which packets leave.
package struct DefaultRoute: Sendable, Hashable {
    package var interface: String
    /// Numeric address; `nil` on a line without one, as of PPP and of 4G modems.
    package var gateway: String?
    /// Of the packets. (A gateway of IPv6 can serve IPv4.)
    package var family: IPFamily

    /// - Parameter family: `nil`: that of the gateway, or IPv4.
    package init(interface: String, gateway: String?, family: IPFamily? = nil) {
        (self.interface, self.gateway) = (interface, gateway)
        self.family = family ?? gateway.flatMap { IPAddress($0) }?.family ?? .ipv4
    }
}

/// What the kernel says of this machine's line, at one moment.
package struct LineFacts: Sendable, Hashable {
    package var interfaces: [InterfaceFact]
    /// Several of one family where packets are spread over several gateways; `nil` when the kernel did not say.
    package var routes: [DefaultRoute]?

    package init(interfaces: [InterfaceFact], routes: [DefaultRoute]?) {
        (self.interfaces, self.routes) = (interfaces, routes)
    }
}

/// What the kernel knows of a neighbour's card: NUD_… in linux/neighbour.h, RFC 4861, 7.3.2.
package enum NeighbourState: String, Sendable {
    case incomplete, reachable, stale, delay, probe, failed, noARP, permanent
}

package struct GatewayAnswer: Sendable, Hashable {
    /// To ICMP or ICMPv6.
    package var echo: ProbeOutcome
    /// `nil`: it has not been looked for, or the kernel did not say.
    package var neighbour: NeighbourState?

    package init(echo: ProbeOutcome, neighbour: NeighbourState? = nil) {
        (self.echo, self.neighbour) = (echo, neighbour)
    }
}

package enum ProbeOutcome: Sendable, Hashable {
    case answered
    case noAnswer(String)
    /// It could not be tried, for example for want of permission: neither good nor bad.
    case notTried(String)
}

package enum NameOutcome: Sendable, Hashable {
    case address(String)
    /// The server answered that there is no such name: the name's problem, not the line's.
    case noSuchName
    /// It answered, and not what was asked: the RCODE (RFC 1035, 4.1.1), 0 for an answer without an address.
    case refused(code: Int)
    /// Nothing came within the deadline, or nobody listens.
    case silent
}

/// What one name server said about one name.
package struct NameAnswer: Sendable, Hashable {
    /// Numeric address, perhaps with a zone: `fe80::1%eth0`.
    package var server: String
    /// Of the address that was asked for.
    package var family: IPFamily
    package var outcome: NameOutcome
    /// From the question to the answer; `nil` when there was none.
    package var milliseconds: Int64?

    package init(server: String, _ outcome: NameOutcome, family: IPFamily = .ipv4, milliseconds: Int64? = nil) {
        (self.server, self.outcome, self.family, self.milliseconds) = (server, outcome, family, milliseconds)
    }
}

package struct PageRequest: Sendable, Hashable {
    package var url: String
    package var host: String
    /// Where to connect to, whatever the host's name says.
    package var address: String
    /// `name=value; name=value`, as the same host has given them a moment ago.
    package var cookies: String?
    /// How long the connection itself may take, when there is another address to try; `nil`: as long as the page.
    package var connectWithin: Duration?

    package init(
        url: String, host: String, address: String, cookies: String? = nil, connectWithin: Duration? = nil
    ) {
        (self.url, self.host, self.address, self.cookies) = (url, host, address, cookies)
        self.connectWithin = connectWithin
    }
}

package struct PageAnswer: Sendable, Hashable {
    package var status: Int
    /// The `Location` of a redirect, as it came.
    package var location: String?
    /// `name=value`, as they came.
    package var cookies: [String]
    /// The first 256 KiB of the body.
    package var body: [UInt8]

    package init(status: Int, location: String? = nil, cookies: [String] = [], body: [UInt8]) {
        (self.status, self.location, self.cookies, self.body) = (status, location, cookies, body)
    }
}

package struct PageFailure: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Nobody listens, or nothing came in time.
        case connection
        /// Somebody answered, and TLS did not come about.
        case handshake
        /// The same, because this PC does not believe the certificate.
        case untrusted
    }

    package var kind: Kind
    package var detail: String

    package init(_ detail: String, kind: Kind = .connection) { (self.kind, self.detail) = (kind, detail) }
}

/// What a server shows as its own certificate, believed or not.
package struct CertificateFact: Sendable, Hashable {
    package var notBefore: WallTime
    package var notAfter: WallTime
    /// DNS names, perhaps with `*` as their first label.
    package var names: [String]
    /// Who says so, for people.
    package var issuer: String

    package init(notBefore: WallTime, notAfter: WallTime, names: [String], issuer: String) {
        (self.notBefore, self.notAfter, self.names, self.issuer) = (notBefore, notAfter, names, issuer)
    }
}

/// Everything the chain asks of a machine. Facts only: what they mean is the driver's. Each call keeps its deadline.
package protocol NetworkProbes: Sendable {
    func line(within deadline: Duration) async -> LineFacts
    /// Asks the gateways side by side. Those without an address have no entry in the answer.
    func ask(_ routes: [DefaultRoute], within deadline: Duration) async -> [DefaultRoute: GatewayAnswer]
    /// Asks each of this machine's name servers for an address of each family of each of the names, side by side. A name
    /// without an entry, or with an empty one, was not asked for: no server is configured.
    func resolve(
        _ hosts: [String], _ families: [IPFamily], within deadline: Duration
    ) async -> [String: [NameAnswer]]
    /// One page; redirects are not followed.
    func fetch(_ request: PageRequest, within deadline: Duration) async -> Result<PageAnswer, PageFailure>
    /// What somebody who listens at `address` shows as the certificate of `host`; `nil` when it was not to be had.
    func certificate(
        of host: String, address: String, port: Int, within deadline: Duration
    ) async -> CertificateFact?
}
