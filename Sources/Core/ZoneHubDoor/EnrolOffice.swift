import Logging
import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

/// What an officer does about who may speak for a node. Every act is in the audit with its `actor`. Refusals are thrown
/// as `ErrorJSON`; anything else that is thrown is the store's or the disk's.
package struct IdentityOffice: Sendable {
    static let tokenLife = Duration.seconds(86_400)

    let authority: Authority
    let book: IdentityBook
    let address: @Sendable () -> String
    let clock: any ZoneClock

    /// - Parameter address: `host:port` under which agents reach this hub, for tokens that name no other.
    package init(
        authority: Authority, book: IdentityBook, clock: any ZoneClock, address: @escaping @Sendable () -> String
    ) {
        (self.authority, self.book, self.clock, self.address) = (authority, book, clock, address)
    }

    /// Good for 24 hours and for one PC.
    package func makeToken(for name: NodeName, address: String? = nil, by actor: String) async throws -> TokenJSON {
        let (address, now) = (address ?? self.address(), clock.wall())
        try check(address)
        let secret = (0..<EnrolToken.secretLength).map { _ in UInt8.random(in: .min ... .max) }
        let token = EnrolToken(secret: secret, anchorHash: authority.now.issuer.anchorHash, address: address)
        let record = TokenRecord(
            hash: EnrolDesk.hash(secret), name: name, address: address, madeAt: now, madeBy: actor,
            expires: now.advanced(byMilliseconds: IdentityOffice.tokenLife.milliseconds))
        try await refusing { try await book.add(record) }
        return TokenJSON(zone: name.zone, node: name.node, token: token.text, expires: record.expires)
    }

    /// An address whose name is not in the server's certificate would send the agent to a door it cannot trust.
    private func check(_ address: String) throws {
        guard EnrolToken.isAddress(address), let colon = address.lastIndex(of: ":") else {
            throw ErrorJSON(
                code: "token.address", message: "\(address.cleaned(limit: 80)) is not host:port",
                zh: "\(address.cleaned(limit: 80)) 不是“主机:端口”", fixer: .office)
        }
        let host = address[..<colon].trimmingBrackets
        let names = authority.now.file.server.names
        guard names.contains(where: { $0.lowercased() == host.lowercased() }) else {
            let known = names.joined(separator: " ")
            throw ErrorJSON(
                code: "token.address", message: "the hub's certificate is for \(known), not for \(host): add the name",
                zh: "平台证书里的名称是 \(known)，没有 \(host)：请先在配置中加上", fixer: .office)
        }
    }

    /// The latest first; those that wait before all others.
    package func enrolments(limit: Int = 500) async throws -> [EnrolmentCaseJSON] {
        let waiting = try await book.enrolments(.pending, limit: limit)
        let all = try await book.enrolments(limit: limit).filter { $0.state != .pending }
        return (waiting + all).prefix(limit).map { EnrolmentCaseJSON($0) }
    }

    /// - Parameter key: the short fingerprint as somebody types it, or the whole one in hex.
    package func approve(_ key: String, by actor: String) async throws -> ApprovalJSON {
        try await refusing {
            let (pending, now, issuer) = (try await find(key), clock.wall(), authority.now.issuer)
            let issued = try issuer.issue(try SigningRequest(pem: pending.csr), to: pending.name, at: now)
            let certificate = CertificateRecord(issued, .enrolment, by: issuer, at: now)
            let decided = try await book.decide(token: pending.token, certificate: certificate, by: actor, at: now)
            let others = try await book.certificates(of: decided.zone, endingAfter: now, limit: 1000).filter {
                $0.name == decided.name && $0.fingerprint != decided.fingerprint
            }
            return ApprovalJSON(
                enrolment: EnrolmentCaseJSON(decided), certificate: json(certificate), others: others.map { json($0) })
        }
    }

    package func reject(_ key: String, by actor: String) async throws -> EnrolmentCaseJSON {
        try await refusing {
            let pending = try await find(key)
            return EnrolmentCaseJSON(
                try await book.decide(token: pending.token, certificate: nil, by: actor, at: clock.wall()))
        }
    }

    private func find(_ key: String) async throws -> EnrolmentRecord {
        guard let prefix = KeyFingerprint.hexPrefix(typed: key) else { throw IdentityRefusal.noSuchEnrolment }
        let found = try await book.enrolments(keyPrefix: prefix)
        let pending = found.filter { $0.state == .pending }
        guard pending.count <= 1 else { throw IdentityRefusal.ambiguous }
        if let only = pending.first { return only }
        throw found.first.map { IdentityRefusal.decided($0.state) } ?? .noSuchEnrolment
    }

    /// Those that have not ended, and those that may still renew.
    package func certificates(of zone: ZoneID? = nil, limit: Int = 1000) async throws -> [CertificateJSON] {
        let end = clock.wall().advanced(byMilliseconds: -Renewal.grace.milliseconds)
        return try await book.certificates(of: zone, endingAfter: end, limit: limit).map { json($0) }
    }

    private func json(_ record: CertificateRecord) -> CertificateJSON {
        CertificateJSON(record, issuer: authority.now.issuer, denials: book.denials)
    }

    /// Refusals in the form in which they are told.
    func refusing<Value>(_ act: () async throws -> Value) async throws -> Value {
        do {
            return try await act()
        } catch let refusal as IdentityRefusal {
            throw refusal.body
        } catch let error as AuthorityError {
            throw ErrorJSON(code: "ca.refused", message: error.en, zh: error.zh, fixer: .office)
        } catch let error as IdentityError {
            throw ErrorJSON(code: "identity.invalid", message: error.en, zh: error.zh, fixer: .office)
        }
    }
}

extension Substring {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self)
    }
}

extension KeyFingerprint {
    /// The first 15 hex digits of what was typed in the short form (12 letters of 5 bits), or all 64.
    static func hexPrefix(typed text: String) -> String? {
        if let whole = KeyFingerprint(hex: text.lowercased()) { return whole.hex }
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        guard let short = KeyFingerprint.short(typed: text) else { return nil }
        let bits = short.filter { $0 != "-" }.reduce(UInt64(0)) { $0 << 5 | UInt64(alphabet.firstIndex(of: $1) ?? 0) }
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 15 - digits.count) + digits
    }
}
