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
    /// Dotted IPv4 addresses; `nil` when the kernel did not say.
    package var addresses: [String]?

    package init(
        name: String, kind: InterfaceKind = .wired, hasCarrier: Bool?, speed: Int? = nil, duplex: String? = nil,
        addresses: [String]? = nil
    ) {
        (self.name, self.kind, self.hasCarrier) = (name, kind, hasCarrier)
        (self.speed, self.duplex, self.addresses) = (speed, duplex, addresses)
    }
}

package struct DefaultRoute: Sendable, Hashable {
    package var interface: String
    /// Dotted IPv4 address; `nil` on a line without one, as of PPP and of 4G modems.
    package var gateway: String?

    package init(interface: String, gateway: String?) { (self.interface, self.gateway) = (interface, gateway) }
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
    /// Dotted IPv4 address.
    package var server: String
    package var outcome: NameOutcome
    /// From the question to the answer; `nil` when there was none.
    package var milliseconds: Int64?

    package init(server: String, _ outcome: NameOutcome, milliseconds: Int64? = nil) {
        (self.server, self.outcome, self.milliseconds) = (server, outcome, milliseconds)
    }
}

package struct PageRequest: Sendable, Hashable {
    package var url: String
    package var host: String
    /// Where to connect to, whatever the host's name says.
    package var address: String
    /// `name=value; name=value`, as the same host has given them a moment ago.
    package var cookies: String?

    package init(url: String, host: String, address: String, cookies: String? = nil) {
        (self.url, self.host, self.address, self.cookies) = (url, host, address, cookies)
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
    func interfaces() -> [InterfaceFact]
    func defaultRoute() -> DefaultRoute?
    func gatewayAnswers(_ gateway: String, on interface: String, within deadline: Duration) async -> ProbeOutcome
    /// Asks each of this machine's name servers for each of the names, side by side. A name without an entry, or with
    /// an empty one, was not asked for: no server is configured.
    func resolve(_ hosts: [String], within deadline: Duration) async -> [String: [NameAnswer]]
    /// One page; redirects are not followed.
    func fetch(_ request: PageRequest, within deadline: Duration) async -> Result<PageAnswer, PageFailure>
    /// What somebody who listens at `address` shows as the certificate of `host`; `nil` when it was not to be had.
    func certificate(
        of host: String, address: String, port: Int, within deadline: Duration
    ) async -> CertificateFact?
}
