/// One network interface of this machine, loopback left out.
package struct InterfaceFact: Sendable, Hashable {
    package var name: String
    /// A cable with a live far end (or a radio association); `nil` while the interface is switched off.
    package var hasCarrier: Bool?

    package init(name: String, hasCarrier: Bool?) { (self.name, self.hasCarrier) = (name, hasCarrier) }
}

package struct DefaultRoute: Sendable, Hashable {
    package var interface: String
    /// Dotted IPv4 address.
    package var gateway: String

    package init(interface: String, gateway: String) { (self.interface, self.gateway) = (interface, gateway) }
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
    case noAnswer(String)
}

package struct PageAnswer: Sendable, Hashable {
    package var status: Int
    /// The first 256 KiB of the body.
    package var body: [UInt8]

    package init(status: Int, body: [UInt8]) { (self.status, self.body) = (status, body) }
}

/// Everything the chain asks of a machine. Each call keeps its deadline.
package protocol NetworkProbes: Sendable {
    func interfaces() -> [InterfaceFact]
    func defaultRoute() -> DefaultRoute?
    func gatewayAnswers(_ route: DefaultRoute, within deadline: Duration) async -> ProbeOutcome
    func resolve(_ host: String, within deadline: Duration) async -> NameOutcome
    /// Fetches `url`, connecting to `address` when the host is a name.
    func fetch(_ url: String, host: String, address: String, within deadline: Duration) async -> Result<
        PageAnswer, PageFailure
    >
}

package struct PageFailure: Error, Sendable, Hashable {
    package var detail: String
    package init(_ detail: String) { self.detail = detail }
}
