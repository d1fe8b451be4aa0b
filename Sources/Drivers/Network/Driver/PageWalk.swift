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
        /// In the order in which they are tried; behind an answer, the one that gave it.
        var addresses: [String]

        var address: String { addresses.first ?? "" }
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
    /// Whose way out is not known to be broken, the better one first.
    let families: [IPFamily]

    /// Those of `addresses` that this line leads to, the better family's first.
    func reachable(_ addresses: [String]) -> [String] {
        families.flatMap { family in addresses.filter { IPAddress($0)?.family == family } }
    }

    /// Of a name. IPv4 is always asked for, so that a page is seen that has nothing else.
    var asked: [IPFamily] { IPFamily.allCases.filter { $0 == .ipv4 || families.contains($0) } }

    func walk(from start: WebAddress, at addresses: [String], within patience: Duration) async -> PageTrail {
        let end = clock.mono().advanced(by: patience)
        var trail = PageTrail(stops: [PageTrail.Stop(place: start, addresses: addresses)])
        var cookies: [String: [String]] = [:]
        while let stop = trail.last {
            let jar = cookies[stop.place.host, default: []].joined(separator: "; ")
            let answer: PageAnswer
            let (address, result) = await fetch(stop, jar.isEmpty ? nil : jar, end)
            trail.stops[trail.stops.count - 1].addresses = [address]
            switch result {
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

    /// As a browser does (RFC 8305), but one after the other: where nobody is to be had at one address, the next one is
    /// tried. It has the second half of the time.
    private func fetch(
        _ stop: PageTrail.Stop, _ cookies: String?, _ end: MonoTime
    ) async -> (address: String, result: Result<PageAnswer, PageFailure>) {
        var request = PageRequest(
            url: stop.place.text, host: stop.place.host, address: stop.address, cookies: cookies)
        for other in stop.addresses.dropFirst() {
            request.connectWithin = left(until: end) / 2
            let result = await probes.fetch(request, within: left(until: end))
            guard case .failure(let failure) = result, failure.kind == .connection, clock.mono() < end else {
                return (request.address, result)
            }
            request.address = other
        }
        request.connectWithin = nil
        return (request.address, await probes.fetch(request, within: left(until: end)))
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
        if next.host == here.place.host { return PageTrail.Stop(place: next, addresses: here.addresses) }
        return await lookUp(next, &trail, end)
    }

    private func lookUp(_ place: WebAddress, _ trail: inout PageTrail, _ end: MonoTime) async -> PageTrail.Stop? {
        if place.isOnThisMachine {
            return PageTrail.Stop(place: place, addresses: [place.hostIsAddress ? place.host : "127.0.0.1"])
        }
        if place.hostIsAddress { return go(to: place, [place.host], &trail) }
        let names = NameSight(answers: await probes.resolve([place.host], asked, within: left(until: end)))
        switch names.find(place.host) {
        case .addresses(let addresses) where !addresses.contains(where: WebAddress.isHere):
            return go(to: place, addresses, &trail)
        case .addresses: trail.end = .astray("it leads back to this PC: \(place.shown)")
        case .nothing(let words): trail.end = .astray("it leads to \(place.shown): \(words)")
        }
        return nil
    }

    private func go(to place: WebAddress, _ addresses: [String], _ trail: inout PageTrail) -> PageTrail.Stop? {
        let reached = reachable(addresses)
        if !reached.isEmpty { return PageTrail.Stop(place: place, addresses: reached) }
        let family = addresses.first.flatMap { IPAddress($0) }?.family ?? .ipv4
        trail.end = .astray("it leads to \(place.shown), to which there is only a way by \(family.shown)")
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
