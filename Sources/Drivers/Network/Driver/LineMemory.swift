import DriverKit

/// What earlier looks showed of the way out, and one look alone cannot know.
struct LineMemory: Sendable {
    /// More than any line has; a router that takes another address each day must not fill it.
    private static let most = 16

    /// The interfaces of the last default routes: what has lost its route is looked at again there.
    private(set) var way: [InterfaceFact] = []
    /// Those who answer an echo as a rule, so that silence says something.
    private(set) var echoers: Set<DefaultRoute> = []

    mutating func note(_ facts: LineFacts) {
        let names = Set((facts.routes ?? []).map(\.interface))
        if !names.isEmpty { way = facts.interfaces.filter { names.contains($0.name) } }
    }

    /// - Parameter isOpen: a page answered. A router that is silent all the same has ceased to answer echoes, or may.
    mutating func note(_ answers: [DefaultRoute: GatewayAnswer], isOpen: Bool) {
        for (route, answer) in answers {
            if answer.echo == .answered {
                if echoers.count >= LineMemory.most { echoers = [] }
                echoers.insert(route)
            } else if isOpen {
                echoers.remove(route)
            }
        }
    }
}
