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
        guard !servers.isEmpty else { return .bad(evidence: "no name server is configured") }
        return .bad(evidence: servers.map { "\($0.server): \($0.outcome.words)" }.joined(separator: ", "))
    }

    /// Every server that is configured: nobody has said a word, so it may be the line.
    var isSilent: Bool { state.isBad && !servers.isEmpty && servers.allSatisfy { $0.outcome == .silent } }

    enum Found: Sendable, Hashable {
        /// At most one of each family.
        case addresses([String])
        /// What is wrong with this name while others, or other servers, are well.
        case nothing(String)
    }

    func find(_ host: String) -> Found {
        let answers = answers[host] ?? []
        // In the order of resolv.conf(5): for a browser, too, the first that decides has decided.
        for one in answers {
            let own = answers.filter { $0.server == one.server }
            let addresses: [String] = own.compactMap {
                if case .address(let address) = $0.outcome { address } else { nil }
            }
            if !addresses.isEmpty { return .addresses(addresses) }
            if own.contains(where: { $0.outcome == .noSuchName }) { return .nothing("no such name \(host)") }
        }
        if answers.contains(where: \.isDecided) {
            let families = Set(answers.map(\.family))
            let kind = families.count == 1 ? (families.first?.shown ?? "") + " " : ""
            return .nothing("no \(kind)address for \(host)")
        }
        return .nothing("no name server knows \(host)")
    }

    /// The worst that each server did, in the order of the servers.
    var servers: [NameAnswer] {
        let longest = answers.values.max { $0.count < $1.count } ?? []
        // Of both families, one after the other.
        var seen: Set<String> = []
        return longest.filter { seen.insert($0.server).inserted }.map { one in
            let own = answers.values.flatMap { $0 }.filter { $0.server == one.server }
            return own.first { !$0.isDecided } ?? own.max { ($0.milliseconds ?? 0) < ($1.milliseconds ?? 0) } ?? one
        }
    }
}

extension NameAnswer {
    /// There is such a name, or there is none, or it has no address of this family.
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
