import DriverKit

/// What the answers of all name servers mean.
struct NameSight: Sendable {
    /// By name; of names that need no server there is no entry.
    let answers: [String: [NameAnswer]]

    /// The servers are broken when none has decided a single name. One that is silent beside one that answers is not:
    /// citizens get their page.
    var state: LayerState {
        guard !answers.isEmpty else { return .unknown(why: "no name to ask for") }
        if answers.values.contains(where: { $0.contains(where: \.isDecided) }) { return .good }
        let servers = answers.values.first { !$0.isEmpty } ?? []
        guard !servers.isEmpty else { return .bad(evidence: "no name server is configured") }
        return .bad(evidence: servers.map { "\($0.server): \($0.outcome.words)" }.joined(separator: ", "))
    }

    enum Found: Sendable, Hashable {
        case address(String)
        /// What is wrong with this name while others, or other servers, are well.
        case nothing(String)
    }

    func find(_ host: String) -> Found {
        let answers = answers[host] ?? []
        // In the order of resolv.conf(5): for a browser, too, the first that decides has decided.
        for answer in answers {
            switch answer.outcome {
            case .address(let address): return .address(address)
            case .noSuchName: return .nothing("no such name \(host)")
            case .refused, .silent: continue
            }
        }
        if answers.contains(where: \.isDecided) { return .nothing("no IPv4 address for \(host)") }
        return .nothing("no name server knows \(host)")
    }

    /// The worst that each server did, in the order of the servers.
    var servers: [NameAnswer] {
        let longest = answers.values.max { $0.count < $1.count } ?? []
        return longest.map { one in
            let own = answers.values.flatMap { $0 }.filter { $0.server == one.server }
            return own.first { !$0.isDecided } ?? own.max { ($0.milliseconds ?? 0) < ($1.milliseconds ?? 0) } ?? one
        }
    }
}

extension NameAnswer {
    /// There is such a name, or there is none, or it has no address of IPv4.
    var isDecided: Bool {
        switch outcome {
        case .address, .noSuchName, .refused(code: 0): true
        case .refused, .silent: false
        }
    }
}

extension NameOutcome {
    var words: String {
        switch self {
        case .address: "answers"
        case .noSuchName: "no such name"
        case .refused(code: 0): "no address"
        case .refused(let code): code == 2 ? "failed (RCODE 2)" : "refused (RCODE \(code))"
        case .silent: "no answer"
        }
    }
}
