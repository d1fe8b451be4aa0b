import DriverKit
import ZoneModel
import ZoneTime

/// What a browser would have met on its way to a page.
struct PageTrail: Sendable {
    enum End: Sendable {
        case answer(PageAnswer)
        case failure(PageFailure)
        /// A redirect that leads nowhere: in words.
        case astray(String)
    }

    struct Stop: Sendable {
        var place: WebAddress
        var address: String
    }

    /// Whoever was asked, in order; at least one.
    var stops: [Stop]
    var end: End = .astray("nobody was asked")
    /// Where an answer that nobody has signed (plain http) led away from the site.
    var leadAway: WebAddress?

    var last: Stop? { stops.last }

    /// Somebody answered, whatever it was.
    var isAnswered: Bool {
        if case .failure = end { return stops.count > 1 }
        return true
    }

    /// `http://a/ → https://b/login`, for people.
    var way: String { stops.map(\.place.shown).joined(separator: " → ") }
}

/// Follows redirects as a browser does, within bounds: so many, one deadline for all, and never from the line back to
/// this machine.
struct PageWalk: Sendable {
    static let mostRedirects = 5

    let probes: any NetworkProbes
    let clock: any ZoneClock

    func walk(from start: WebAddress, at address: String, within patience: Duration) async -> PageTrail {
        let end = clock.mono().advanced(by: patience)
        var trail = PageTrail(stops: [PageTrail.Stop(place: start, address: address)])
        var cookies: [String: [String]] = [:]
        while let stop = trail.last {
            let jar = cookies[stop.place.host, default: []].joined(separator: "; ")
            let request = PageRequest(
                url: stop.place.text, host: stop.place.host, address: stop.address, cookies: jar.isEmpty ? nil : jar)
            let answer: PageAnswer
            switch await probes.fetch(request, within: left(until: end)) {
            case .failure(let failure):
                trail.end = .failure(failure)
                return trail
            case .success(let came): answer = came
            }
            cookies[stop.place.host] = PageWalk.merge(answer.cookies, into: cookies[stop.place.host] ?? [])
            guard let next = await turn(&trail, answer, start, hasNewCookies: !answer.cookies.isEmpty, end) else {
                return trail
            }
            trail.stops.append(next)
        }
        return trail
    }

    /// Where `answer` sends us on to; `nil` when the way ends here, and `trail` says how.
    private func turn(
        _ trail: inout PageTrail, _ answer: PageAnswer, _ start: WebAddress, hasNewCookies: Bool, _ end: MonoTime
    ) async -> PageTrail.Stop? {
        trail.end = .answer(answer)
        guard let here = trail.last, [301, 302, 303, 307, 308].contains(answer.status) else { return nil }
        guard let location = answer.location, let next = here.place.following(location) else { return nil }
        let isAway = !next.isSameSite(as: start)
        if isAway, !here.place.isSecure, trail.leadAway == nil { trail.leadAway = next }
        if next.host.contains(":") {
            trail.end = .astray("it leads to an IPv6 address: \(next.shown)")
            return nil
        }
        if next.isOnThisMachine, !start.isOnThisMachine {
            trail.end = .astray("it leads back to this PC: \(next.shown)")
            return nil
        }
        // The same page again is no circle when a cookie came with the way there.
        if trail.stops.contains(where: { $0.place == next }), !hasNewCookies {
            trail.end = .astray("it leads in a circle")
            return nil
        }
        guard trail.stops.count <= PageWalk.mostRedirects else {
            trail.end = .astray("more than \(PageWalk.mostRedirects) redirects")
            return nil
        }
        if next.host == here.place.host { return PageTrail.Stop(place: next, address: here.address) }
        return await lookUp(next, &trail, end)
    }

    private func lookUp(_ place: WebAddress, _ trail: inout PageTrail, _ end: MonoTime) async -> PageTrail.Stop? {
        if place.hostIsAddress { return PageTrail.Stop(place: place, address: place.host) }
        if place.isOnThisMachine { return PageTrail.Stop(place: place, address: "127.0.0.1") }
        let names = NameSight(answers: await probes.resolve([place.host], within: left(until: end)))
        switch names.find(place.host) {
        case .address(let address) where !WebAddress.isHere(address):
            return PageTrail.Stop(place: place, address: address)
        case .address: trail.end = .astray("it leads back to this PC: \(place.shown)")
        case .nothing(let words): trail.end = .astray("it leads to \(place.shown): \(words)")
        }
        return nil
    }

    /// A cookie that comes again takes the place of the older one (RFC 6265, 5.3).
    private static func merge(_ new: [String], into old: [String]) -> [String] {
        new.reduce(into: old) { jar, cookie in
            let name = cookie.prefix { $0 != "=" } + "="
            jar.removeAll { $0.hasPrefix(name) }
            jar.append(cookie)
        }
    }

    private func left(until end: MonoTime) -> Duration { max(.milliseconds(1), end.since(clock.mono())) }
}
