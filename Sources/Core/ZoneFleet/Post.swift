import NIOCore
import NIOHTTP1
import ZoneDeflate
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

/// Sends heartbeats of the seats of one event loop and takes the answers: counts, and keeps the ledger.
final class Post {
    private static let deadline: Int64 = 10_000
    /// design.md, section 7.
    private static let deflatesAbove = 4096

    let loop: any EventLoop
    let hub: HubAddress
    private let clock: any ZoneClock
    private let start: MonoTime
    private let ledger: Ledger?
    private let isDeflating: Bool
    private let lostShare: Double
    private var random: FleetRandom
    var tally = Tally()
    /// Why the ledger no longer takes lines: from then on nothing is sent, because nothing could be checked.
    private(set) var ledgerFailure: String?

    init(loop: any EventLoop, options: FleetOptions, clock: any ZoneClock, start: MonoTime, ledger: Ledger?, lane: Int)
    {
        (self.loop, hub, self.clock, self.start, self.ledger) = (loop, options.hub, clock, start, ledger)
        (isDeflating, lostShare) = (options.isDeflating, options.faults.share(.lost))
        random = FleetRandom(seed: options.seed ^ 0xF1EE7, node: lane)
    }

    /// ms since the base of the run.
    var now: Int64 { clock.mono().since(start).milliseconds }

    func record(_ write: (Ledger) throws -> Void) {
        guard let ledger, ledgerFailure == nil else { return }
        do { try write(ledger) } catch { ledgerFailure = "\(error)".cleaned() }
    }

    /// Composes and sends; `then` is told once.
    func send(_ seat: Seat, limit: Int? = nil, goodbye: Bool = false, then: @escaping (Seat) -> Void) {
        guard ledgerFailure == nil else { return }
        let now = now
        seat.request += 1
        do {
            let (text, said) = try seat.machine.compose(at: now, limit: limit, goodbye: goodbye)
            record { try $0.said(seat.speaker, said) }
            let isDeflated = isDeflating && text.count > Post.deflatesAbove
            let body = isDeflated ? try Deflate.compress(text) : text
            (seat.deadline, seat.losesAnswer) = (now + Post.deadline, false)
            tally.sent += 1
            tally.bytesOut += Int64(body.count)
            if random.happens(lostShare) { lose(seat) }
            seat.line.send(
                .POST, "/v1/heartbeats", body, isDeflated: isDeflated, context: { try seat.credential.context() }
            ) { [weak self] result in
                self?.answered(seat, result)
                then(seat)
            }
        } catch {
            answered(seat, .failure(.cut))
            then(seat)
        }
    }

    /// The request arrives and its answer does not; or the line ends while it is under way.
    private func lose(_ seat: Seat) {
        guard random.below(2) == 0 else {
            seat.losesAnswer = true
            return
        }
        let request = seat.request
        loop.assumeIsolated().scheduleTask(in: .milliseconds(random.wait(below: 30))) {
            if seat.request == request { seat.line.cut() }
        }
    }

    private func answered(_ seat: Seat, _ result: Result<LineAnswer, NodeLine.End>) {
        seat.deadline = .max
        var answer = Answer.lost
        if case .success(let got) = result, !seat.losesAnswer {
            answer = read(got)
            tally.latency.note((NIODeadline.now() - seat.since).nanoseconds / 1000)
        }
        let outcome = seat.machine.take(answer, at: now)
        if case .reply(let reply) = answer, let pems = reply.anchors { trust(seat, pems) }
        tally.note(outcome)
        record { try $0.heard(seat.speaker, seat.machine, outcome) }
        if seat.losesAnswer {
            seat.losesAnswer = false
            seat.line.cut()
        }
    }

    private func read(_ answer: LineAnswer) -> Answer {
        let pause = answer.retryAfter.map { min(max(0, $0), 3600) * 1000 }
        guard answer.status == 200, let reply = try? ReplyReader.read(answer.body) else {
            tally.refusals[answer.status, default: 0] += 1
            return .refused(status: answer.status, retryAfter: pause)
        }
        return .reply(reply)
    }

    private func trust(_ seat: Seat, _ pems: [String]) {
        seat.credential.trust(pems)
        seat.machine.anchors = seat.credential.anchorsHash
    }

    /// A new key and a certificate for it, over the line that the old one opened; then a line of its own.
    func renew(_ seat: Seat, then: @escaping () -> Void) {
        let key = IdentityKey()
        seat.machine.wantsRenewal = false
        guard let csr = try? SigningRequest.make(key: key), let body = try? WireCoding.encode(RenewalRequest(csr: csr))
        else { return then() }
        seat.deadline = now + Post.deadline
        seat.line.send(
            .POST, "/v1/renewals", body, isDeflated: false, context: { try seat.credential.context() }
        ) { [weak self] result in
            seat.deadline = .max
            if case .success(let answer) = result, answer.status == 200,
                let reply = try? WireCoding.decode(EnrolmentReply.self, answer.body),
                let certificate = reply.certificate, let anchors = try? Anchors(pems: reply.anchors)
            {
                seat.credential = NodeCredential(
                    name: seat.credential.name, certificatePEM: certificate, keyPEM: key.pem, anchors: anchors)
                seat.machine.anchors = seat.credential.anchorsHash
                self?.tally.renewed += 1
                seat.line.cut()
            }
            then()
        }
    }

    /// What has waited too long has failed.
    func sweep(_ seats: [Seat]) {
        let now = now
        for seat in seats where seat.deadline <= now {
            seat.deadline = .max
            seat.line.cut()
        }
    }
}
