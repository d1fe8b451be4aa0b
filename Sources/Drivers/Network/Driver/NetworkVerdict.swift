import ZoneModel

/// What stands between a citizen and the page, in the order in which it is passed.
package enum NetworkLayer: String, CaseIterable, Sendable {
    case link, address, gateway, names, captive, certificate, page, content

    /// The condition that says that the chain ends here.
    package var code: ConditionCode {
        switch self {
        case .link: .networkLink
        // A router that gives no address is cured like one that does not answer.
        case .address, .gateway: .networkGateway
        case .names: .networkDNS
        case .captive: .networkCaptive
        case .certificate: .networkPortalCertificate
        case .page: .networkPortal
        case .content: .networkPortalContent
        }
    }

    /// Passed once for all pages; the others are each page's own.
    package var isOfTheLine: Bool {
        switch self {
        case .link, .address, .gateway, .names, .captive: true
        case .certificate, .page, .content: false
        }
    }
}

package enum LayerState: Sendable, Hashable {
    case good
    /// Still good, and not for long: a warning that hides nothing behind it.
    case ailing(evidence: String)
    case bad(evidence: String)
    case unknown(why: String)
    /// Behind a layer that is broken: nothing of it can be known, and whatever was told of it is told no longer.
    case hidden(behind: NetworkLayer)

    package var isBad: Bool { if case .bad = self { true } else { false } }

    package var word: String {
        switch self {
        case .good: "ok"
        case .ailing: "ailing"
        case .bad: "wrong"
        case .unknown, .hidden: "unknown"
        }
    }
}

/// The chain to one page. Behind the first broken layer nothing can be known, so that one cause is one condition.
package struct Ladder: Sendable, Hashable {
    private var states: [NetworkLayer: LayerState] = [:]

    /// - Parameter seen: what is missing was not looked at.
    package init(_ seen: [NetworkLayer: LayerState]) {
        var broken: NetworkLayer?
        for layer in NetworkLayer.allCases {
            guard let broken else {
                let state = seen[layer] ?? .unknown(why: "not looked at")
                if state.isBad { broken = layer }
                states[layer] = state
                continue
            }
            states[layer] = .hidden(behind: broken)
        }
    }

    package subscript(layer: NetworkLayer) -> LayerState { states[layer] ?? .unknown(why: "not looked at") }

    package var broken: NetworkLayer? { NetworkLayer.allCases.first { self[$0].isBad } }
}

/// Where the line ends, and where each page does that can be reached over it.
package struct NetworkVerdict: Sendable, Hashable {
    package let line: Ladder
    package let portals: [Ladder]

    /// - Parameters:
    ///   - line: the layers that all pages share.
    ///   - portals: each page's own layers; what it says of a shared one counts for it alone, as of a page by number.
    ///   - local: which of `portals` need no line, because they are on this machine.
    package init(
        line: [NetworkLayer: LayerState], portals: [[NetworkLayer: LayerState]], local: Set<Int> = []
    ) {
        self.line = Ladder(line)
        self.portals = portals.enumerated().map { index, own in
            Ladder(local.contains(index) ? own : line.merging(own) { _, own in own })
        }
    }

    /// The layer of the one condition to look at first, with its evidence; `nil` when nothing is broken.
    package var broken: (layer: NetworkLayer, evidence: String)? {
        for layer in NetworkLayer.allCases {
            if case .bad(let evidence) = state(of: layer) { return (layer, evidence) }
        }
        return nil
    }

    /// Over all pages: bad if any is bad, ailing if any is, hidden if any is, good if any is good, else unknown. One page
    /// that is well does not show that another one, which cannot be seen, is well again.
    package func state(of layer: NetworkLayer) -> LayerState {
        if layer.isOfTheLine { return line[layer] }
        return NetworkVerdict.worst(portals.map { $0[layer] }) ?? .unknown(why: "not configured")
    }

    /// One for each code of the chain, always all of them, so that what is over is cleared.
    package var symptoms: [Symptom] {
        var order: [ConditionCode] = []
        for layer in NetworkLayer.allCases where !order.contains(layer.code) { order.append(layer.code) }
        return order.map { code in
            let states = NetworkLayer.allCases.filter { $0.code == code }.map(state)
            // Of two layers under one code the later says whether it is well: an address alone is no gateway.
            let state = states.first(where: \.isBad) ?? states.last
            return Symptom(code, state?.sight ?? .unknown(reason: "not looked at"))
        }
    }

    private static func worst(_ states: [LayerState]) -> LayerState? {
        states.first(where: \.isBad)
            ?? states.first { if case .ailing = $0 { true } else { false } }
            ?? states.first { if case .hidden = $0 { true } else { false } }
            ?? states.first { $0 == .good } ?? states.first
    }
}

extension LayerState {
    fileprivate var sight: Symptom.Sight {
        switch self {
        case .good: .fine
        case .ailing(let evidence): .wrong(evidence: evidence.cleaned(), severity: .warning)
        case .bad(let evidence): .wrong(evidence: evidence.cleaned())
        case .unknown(let why): .unknown(reason: why)
        case .hidden(let layer): .superseded(by: layer.code)
        }
    }
}
