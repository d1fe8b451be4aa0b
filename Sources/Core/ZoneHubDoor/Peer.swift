import Synchronization
import ZoneIdentity
import ZoneModel
import ZoneTime

/// Who is at the other end of one TLS connection. The certificate is verified once, in the handshake; later requests
/// look only at the clock, and verify again when the authority has changed.
final class Peer: Sendable {
    private struct Shown {
        var der: [UInt8]
        var standing: Standing
        /// `Authority.Moment.number` under which that was found.
        var number: Int
    }

    @TaskLocal static var current: Peer?

    private let authority: Authority
    private let clock: any ZoneClock
    private let shown = Mutex<Shown?>(nil)

    init(authority: Authority, clock: any ZoneClock) { (self.authority, self.clock) = (authority, clock) }

    /// Takes the certificate that was shown in the handshake. Only those who may at least renew come in.
    func meet(_ der: [UInt8]) -> Standing {
        let now = authority.now
        let standing = now.anchors.standing(of: der, at: clock.wall())
        shown.withLock { $0 = Shown(der: der, standing: standing, number: now.number) }
        return standing
    }

    /// Whether somebody has shown a certificate and was let in.
    var isMet: Bool { shown.withLock { $0 != nil } }

    /// `nil` for somebody without a certificate.
    var standing: Standing? {
        let (now, wall) = (authority.now, clock.wall())
        return shown.withLock { shown in
            guard let known = shown else { return nil }
            guard known.number == now.number, known.standing.holds(at: wall) else {
                let standing = now.anchors.standing(of: known.der, at: wall)
                shown = Shown(der: known.der, standing: standing, number: now.number)
                return standing
            }
            return known.standing
        }
    }
}

extension Standing {
    /// Whether time has not changed it since.
    fileprivate func holds(at now: WallTime) -> Bool {
        if case .valid(let certificate) = self { return certificate.notBefore <= now && now <= certificate.notAfter }
        return false
    }

    /// Whether the handshake goes on.
    var mayEnter: Bool {
        switch self {
        case .valid, .expired: true
        case .tooOld, .notYet, .foreign: false
        }
    }
}
