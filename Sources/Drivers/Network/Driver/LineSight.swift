import DriverKit

/// Link and address, out of what the kernel says.
enum LineSight {
    /// Without a route: any interface with a carrier will do.
    static func link(_ route: DefaultRoute?, _ interfaces: [InterfaceFact]) -> LayerState {
        if let route {
            guard let own = interfaces.first(where: { $0.name == route.interface }), own.hasCarrier == false else {
                return .good
            }
            return .bad(evidence: "\(own.name): \(own.kind.lack)")
        }
        guard interfaces.contains(where: { $0.hasCarrier == true }) else {
            return .bad(evidence: interfaces.isEmpty ? "no network interface" : "no interface has a carrier")
        }
        return .good
    }

    /// The interface of the route, or the first that has a carrier.
    static func interface(_ route: DefaultRoute?, _ interfaces: [InterfaceFact]) -> InterfaceFact? {
        guard let route else { return interfaces.first { $0.hasCarrier == true } }
        return interfaces.first { $0.name == route.interface }
    }

    static func address(_ interface: InterfaceFact?) -> LayerState {
        guard let interface, let addresses = interface.addresses else { return .unknown(why: "not to be read") }
        if let address = addresses.first, addresses.allSatisfy(isSelfGiven) {
            return .bad(evidence: "\(interface.name): only \(address), which it gave itself: no answer from DHCP")
        }
        return addresses.isEmpty ? .bad(evidence: "\(interface.name): no address") : .good
    }

    static func gateway(_ route: DefaultRoute?, _ outcome: ProbeOutcome?) -> LayerState {
        guard let route else { return .bad(evidence: "no default route") }
        // PPP and 4G modems: there is nobody to ask.
        guard let gateway = route.gateway else { return .good }
        switch outcome {
        case .answered: return .good
        case .noAnswer(let detail): return .bad(evidence: "\(gateway): \(detail)")
        case .notTried(let reason): return .unknown(why: reason)
        case nil: return .unknown(why: "not looked at")
        }
    }

    /// RFC 3927: taken when nobody gave one; it leads nowhere.
    private static func isSelfGiven(_ address: String) -> Bool { address.hasPrefix("169.254.") }
}

extension InterfaceKind {
    fileprivate var lack: String { self == .wifi ? "no carrier (Wi-Fi is not connected)" : "no carrier" }
}
