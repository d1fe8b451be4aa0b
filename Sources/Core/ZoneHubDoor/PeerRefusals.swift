import Logging
import Synchronization
import ZoneIdentity
import ZoneModel
import ZoneTime

/// Those who were turned away in the handshake. They try again and again, so the log tells of each node once an hour.
final class PeerRefusals: Sendable {
    private static let quiet = Duration.seconds(3600)
    private static let most = 1024

    private let clock: any ZoneClock
    private let log: Logger
    private let told = Mutex<[String: MonoTime]>([:])

    init(clock: any ZoneClock, log: Logger) { (self.clock, self.log) = (clock, log) }

    func note(_ standing: Standing) {
        let who: String
        let why: Logger.Message
        switch standing {
        case .tooOld(let certificate):
            (who, why) = (certificate.name.description, "Certificate ended over 30 days ago: enrol the node anew")
        case .notYet(let certificate):
            (who, why) = (certificate.name.description, "Certificate is not valid yet: look at this machine's clock")
        case .foreign, .valid, .expired: (who, why) = ("?", "Certificate is by no authority of this hub")
        }
        guard isNew("\(who) \(why)") else { return }
        log.warning(why, metadata: ["node": "\(who)"])
    }

    private func isNew(_ words: String) -> Bool {
        let now = clock.mono()
        return told.withLock { told in
            if let last = told[words], now.since(last) < PeerRefusals.quiet { return false }
            if told.count >= PeerRefusals.most { told = told.filter { now.since($0.value) < PeerRefusals.quiet } }
            guard told.count < PeerRefusals.most else { return false }
            told[words] = now
            return true
        }
    }
}
