import DriverKit
import ZoneModel
import ZoneTime

/// What is wrong with the certificate that a server shows, in the order in which people can do something about it.
enum CertificateSight {
    /// Days before its end from which on a certificate is a warning: renewing takes an office about two weeks.
    package static let warnDays: Int64 = 14
    private static let day: Int64 = 86_400_000

    /// - Parameter isBelieved: the connection came about, so BoringSSL found nothing wrong with it.
    static func state(_ fact: CertificateFact, of host: String, isBelieved: Bool, at now: WallTime) -> LayerState {
        let ends = ZoneCivil.date(fact.notAfter)
        if fact.notAfter < now { return .bad(evidence: "its certificate expired on \(ends); today is \(today(now))") }
        if now < fact.notBefore {
            let begins = ZoneCivil.date(fact.notBefore)
            return .bad(evidence: "its certificate begins on \(begins); today is \(today(now))")
        }
        guard isBelieved else {
            if !fact.names.contains(where: { covers($0, host) }) {
                let names = fact.names.isEmpty ? "nobody" : fact.names.prefix(3).joined(separator: ", ")
                return .bad(evidence: "its certificate is for \(names), not for \(host)")
            }
            return .bad(evidence: "its certificate is by “\(fact.issuer)”, whom this PC does not know")
        }
        let days = daysLeft(fact, at: now)
        return days >= warnDays ? .good : .ailing(evidence: "its certificate ends on \(ends), in \(days) days")
    }

    static func daysLeft(_ fact: CertificateFact, at now: WallTime) -> Int64 {
        (fact.notAfter.milliseconds - now.milliseconds) / day
    }

    /// RFC 6125, 6.4.3: `*` stands for one label, the first.
    static func covers(_ name: String, _ host: String) -> Bool {
        let name = name.lowercased()
        if name == host { return true }
        guard name.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
        return host[dot...] == name.dropFirst()
    }

    /// By this PC's clock, which may be what is wrong.
    private static func today(_ now: WallTime) -> String { ZoneCivil.date(now) + " by this PC's clock" }
}
