import DriverKit
import ZoneModel

/// What was found where a page should be.
struct PageSight: Sendable {
    let portal: Portal
    let trail: PageTrail

    /// The signature of somebody in between: RFC 6585 (511), a way out of the site that nobody signed, in whatever form, a
    /// login form in place of the page. `nil`: no sign of one.
    var captiveSign: String? {
        if case .answer(let answer) = trail.end, answer.status == 511 { return "HTTP 511: the network wants a login" }
        // The site that it leads to is ill, and somebody signed for the way there: that is no login page.
        if case .answer(let answer) = trail.end, answer.status >= 500 { return nil }
        if case .failure = trail.end, trail.last?.place.isSecure == true { return nil }
        if let away = trail.leadAway, !isProven { return "it leads to \(away.shown)" }
        guard isMarkless, case .answer(let answer) = trail.end else { return nil }
        if answer.body.hasPasswordField { return "a login form in place of the page" }
        guard let here = trail.last?.place, let start = trail.stops.first?.place,
            let away = PageLead.away(answer.body, from: here, site: start)
        else { return nil }
        return "the page itself leads on to \(away.shown)"
    }

    /// What this answer says about whether somebody is in between.
    var answer: CaptiveSight.Answer {
        guard trail.isAnswered else { return .none }
        if isProven { return .proof }
        if isMarkless { return .markless }
        // Whoever shows a certificate that this PC believes is who we asked, unless somebody else sent us there.
        if case .answer = trail.end, trail.last?.place.isSecure == true, trail.leadAway == nil { return .proof }
        return .unproven
    }

    /// A page came that anybody could have sent, and not the one that should have.
    private var isMarkless: Bool {
        guard case .answer(let answer) = trail.end, trail.last?.place.isSecure == false else { return false }
        return isSuccess(answer) && portal.mark != nil && !isProven
    }

    /// Of `page` and `content`.
    var states: [NetworkLayer: LayerState] {
        switch trail.end {
        case .failure(let failure): return [.page: bad(failure.detail)]
        case .astray(let words): return [.page: bad(words)]
        case .answer(let answer) where !isSuccess(answer):
            return [.page: bad("HTTP \(answer.status)")]
        case .answer:
            guard let mark = portal.mark, !isProven else { return [.page: .good, .content: .good] }
            return [.page: .good, .content: bad("the page lacks “\(mark)”")]
        }
    }

    /// It has its mark: this is the real one, whatever led to it.
    private var isProven: Bool {
        guard case .answer(let answer) = trail.end, let mark = portal.mark, isSuccess(answer) else { return false }
        return answer.body.contains(sequence: Array(mark.utf8))
    }

    private func isSuccess(_ answer: PageAnswer) -> Bool { (200..<300).contains(answer.status) }

    private func bad(_ words: String) -> LayerState {
        .bad(evidence: "\(portal.name): \(words)" + (trail.stops.count > 1 ? " (\(trail.way))" : ""))
    }
}

/// Somebody in between is there for all pages at once; a single page that leads elsewhere is that page's own matter.
enum CaptiveSight {
    enum Answer: Sendable {
        case none
        /// Somebody answered without TLS and without a mark to know the page by.
        case unproven
        /// The same, and the page lacks its mark.
        case markless
        /// The page itself: by its mark or by TLS. The line is open.
        case proof
    }

    struct Witness: Sendable {
        var portal: String
        var sign: String?
        var answer: Answer
        /// It should be had by TLS, and whoever answers cannot show that he is it.
        var isForeign: Bool
    }

    static func state(_ witnesses: [Witness]) -> LayerState {
        if witnesses.contains(where: { $0.answer == .proof }) { return .good }
        if let told = witnesses.first(where: { $0.sign != nil }), let sign = told.sign {
            return .bad(evidence: "\(told.portal): \(sign)")
        }
        // One of them alone is the site's own trouble; both at once are somebody in between who asks for a phone number.
        if let page = witnesses.first(where: { $0.answer == .markless }),
            let site = witnesses.first(where: \.isForeign)
        {
            return .bad(
                evidence: "\(page.portal): a page without its mark, and whoever answers for \(site.portal) is not it")
        }
        if witnesses.contains(where: { $0.answer != .none }) { return .good }
        return .unknown(why: witnesses.isEmpty ? "not configured" : "no page answered")
    }
}

extension Array<UInt8> {
    fileprivate func contains(sequence: [UInt8]) -> Bool {
        guard let first = sequence.first, count >= sequence.count else { return sequence.isEmpty }
        return (0...(count - sequence.count)).contains { start in
            self[start] == first && self[start..<(start + sequence.count)].elementsEqual(sequence)
        }
    }

    /// `type=password` of an input field, quoted or not.
    fileprivate var hasPasswordField: Bool {
        let small = map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
        return ["\"", "'", ""].contains { small.contains(sequence: Array("type=\($0)password".utf8)) }
    }
}
