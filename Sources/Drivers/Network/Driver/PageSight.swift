import DriverKit
import ZoneModel

/// What was found where a page should be.
struct PageSight: Sendable {
    let portal: Portal
    let trail: PageTrail

    /// The signature of somebody in between: RFC 6585 (511), a way out of the site that nobody signed, a login form in
    /// place of the page. `nil`: no sign of one.
    var captiveSign: String? {
        if case .answer(let answer) = trail.end, answer.status == 511 { return "HTTP 511: the network wants a login" }
        // The site that it leads to is ill, and somebody signed for the way there: that is no login page.
        if case .answer(let answer) = trail.end, answer.status >= 500 { return nil }
        if case .failure = trail.end, trail.last?.place.isSecure == true { return nil }
        if let away = trail.leadAway, !isProven { return "it leads to \(away.shown)" }
        guard case .answer(let answer) = trail.end, trail.last?.place.isSecure == false, isSuccess(answer),
            portal.mark != nil, !isProven, answer.body.hasPasswordField
        else { return nil }
        return "a login form in place of the page"
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
    struct Witness: Sendable {
        var portal: String
        var sign: String?
        /// Somebody answered without such a sign: the line is open.
        var isOpen: Bool
    }

    static func state(_ witnesses: [Witness]) -> LayerState {
        if witnesses.contains(where: \.isOpen) { return .good }
        guard let told = witnesses.first(where: { $0.sign != nil }), let sign = told.sign else {
            return .unknown(why: witnesses.isEmpty ? "not configured" : "no page answered")
        }
        return .bad(evidence: "\(told.portal): \(sign)")
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
