import DriverKit
import ZoneModel
import ZoneTime
import ZoneTouch

/// A contact that does not end and does not move: a drop of water, dirt in the frame, a sticker. Also one that goes and
/// comes again in the same place, as dirt does at the edge of what the panel sees.
struct StuckDetector: Sendable {
    /// Movement below this is a resting finger's, or noise.
    private static let restMm = 8.0
    private static let pauseMs: Int64 = 1000
    private static let mostChains = 8

    /// Contacts one after the other in one place.
    private struct Chain {
        var place: GlassPoint
        var began: MonoTime
        var ended: MonoTime
        var touchedMs: Int64
    }

    private let limit: Duration
    private let scale: GlassScale
    private var chains: [Chain] = []

    init(_ settings: HealthSettings, _ scale: GlassScale) {
        (limit, self.scale) = (settings.stuckAfter, scale)
        chains.reserveCapacity(StuckDetector.mostChains)
    }

    /// A finger that travels begins its rest anew.
    func rest(_ track: inout ContactTrack, at place: GlassPoint, now: MonoTime) {
        if let anchor = track.anchor, scale.squaredMm(anchor, place) <= StuckDetector.restMm * StuckDetector.restMm {
            return
        }
        (track.anchor, track.restingSince) = (place, now)
    }

    mutating func ended(_ track: ContactTrack, now: MonoTime) {
        guard let place = track.place else { return }
        let touched = now.milliseconds - track.began.milliseconds
        if let index = chains.firstIndex(where: { isNear($0.place, place) }) {
            // Each pause has to be short; whoever taps lifts for about as long as he touches.
            if track.began.milliseconds - chains[index].ended.milliseconds > StuckDetector.pauseMs {
                (chains[index].began, chains[index].touchedMs) = (track.began, 0)
            }
            chains[index].ended = now
            chains[index].touchedMs += touched
            return
        }
        let chain = Chain(place: place, began: track.began, ended: now, touchedMs: touched)
        if chains.count < StuckDetector.mostChains {
            chains.append(chain)
        } else if let oldest = chains.indices.min(by: { chains[$0].ended < chains[$1].ended }) {
            chains[oldest] = chain
        }
    }

    private func isNear(_ first: GlassPoint, _ second: GlassPoint) -> Bool {
        scale.squaredMm(first, second) <= StuckDetector.restMm * StuckDetector.restMm
    }

    func symptom(_ tracks: [ContactTrack], opened: MonoTime, now: MonoTime) -> Symptom {
        let resting = tracks.filter { now.since($0.restingSince) >= limit }
        if let longest = resting.min(by: { $0.restingSince < $1.restingSince }) {
            let seconds = now.since(longest.restingSince).milliseconds / 1000
            let early = longest.began.since(opened) < .seconds(1)
            let others = tracks.count - resting.count
            return Symptom(
                .touchStuck,
                .wrong(
                    evidence: "\(resting.count) contact(s) without end or movement, the longest for \(seconds) s, "
                        + "limit \(limit.milliseconds / 1000) s; \(others) other(s) on the glass"
                        + (early ? "; it was there when the panel was opened" : "")))
        }
        guard let chain = chains.first(where: { isStuck($0, tracks, now) }) else { return Symptom(.touchStuck, .fine) }
        let seconds = now.since(chain.began).milliseconds / 1000
        return Symptom(
            .touchStuck,
            .wrong(
                evidence: "a contact that comes again in one place: \(chain.touchedMs / 1000) of \(seconds) s, "
                    + "pauses below \(StuckDetector.pauseMs) ms"))
    }

    /// Two thirds longer than a finger: somebody may well lean on the glass, and lift for a moment.
    private func isStuck(_ chain: Chain, _ tracks: [ContactTrack], _ now: MonoTime) -> Bool {
        let isOpen = tracks.contains { track in track.place.map { isNear($0, chain.place) } ?? false }
        let end = isOpen ? now : chain.ended
        guard isOpen || now.milliseconds - chain.ended.milliseconds <= 2 * StuckDetector.pauseMs else { return false }
        let (whole, closed) = (end.since(chain.began), chain.ended.since(chain.began).milliseconds)
        return whole >= limit * 5 / 3 && chain.touchedMs * 10 >= closed * 8
    }
}
