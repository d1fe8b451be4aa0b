import Crypto
import HTTPTypes
import Logging
import ZoneHubStore
import ZoneIdentity
import ZoneModel
import ZoneTime
import ZoneWire

/// What an enrolment or a renewal comes to.
struct EnrolDesk: Sendable {
    /// How soon somebody who waits for approval asks again: at first two people are on the telephone.
    static func patience(askedAt: WallTime, now: WallTime) -> Duration {
        now.milliseconds - askedAt.milliseconds < 600_000 ? .seconds(2) : .seconds(30)
    }

    let authority: Authority
    let book: IdentityBook
    let clock: any ZoneClock
    let log: Logger

    static func hash(_ secret: [UInt8]) -> String { Hex.text(SHA256.hash(data: secret)) }

    /// - Throws: `AgentRefusal`, `IdentityRefusal`, the store's errors.
    func enrol(_ request: EnrolmentRequest, from address: String) async throws -> EnrolmentReply {
        guard let secret = Base64.decode(request.secret.utf8.prefix(64), .url), secret.count == EnrolToken.secretLength
        else { throw AgentRefusal.unreadable("enrolment.invalid", "secret: not a token's") }
        let hash = EnrolDesk.hash(secret)
        // Only somebody with a token makes the hub verify signatures.
        guard try await book.knows(tokenHash: hash) else { throw IdentityRefusal.unknownToken }
        let csr = try parse(request.csr)
        let facts = EnrolmentRequest.Facts(
            hostname: request.facts.hostname.cleaned(limit: 64), version: request.facts.version.cleaned(limit: 64))
        let record = try await book.enrol(
            .init(
                tokenHash: hash, fingerprint: csr.fingerprint, csr: request.csr, facts: facts, address: address),
            at: clock.wall())
        return try reply(to: record)
    }

    private func reply(to record: EnrolmentRecord) throws -> EnrolmentReply {
        let (now, short) = (authority.now, record.fingerprint.short)
        var reply = EnrolmentReply(
            status: .pending, name: record.name, fingerprint: short, anchors: now.anchors.pems,
            retryAfter: EnrolDesk.patience(askedAt: record.askedAt, now: clock.wall()).milliseconds)
        if book.denials.why(record.name, record.fingerprint) != nil || record.state == .rejected {
            (reply.status, reply.retryAfter) = (.rejected, nil)
            return reply
        }
        guard record.state == .approved, let pem = record.certificate else { return reply }
        // What was approved long ago and never fetched is not approved for ever.
        guard
            case .valid(let certificate) = now.anchors.standing(of: try NodeCertificate(pem: pem).der, at: clock.wall())
        else { throw IdentityRefusal.tokenExpired }
        (reply.status, reply.retryAfter, reply.certificate) = (.accepted, nil, certificate.pem)
        return reply
    }

    /// A new certificate for who shows one that is valid, or ended at most 30 days ago.
    func renew(_ request: RenewalRequest, _ shown: NodeCertificate) async throws -> EnrolmentReply {
        let (csr, now, moment) = (try parse(request.csr), clock.wall(), authority.now)
        guard csr.fingerprint != shown.fingerprint else {
            throw AgentRefusal.unreadable("renewal.sameKey", "csr: make a new key for each certificate")
        }
        let certificate: NodeCertificate
        if let known = try await fresh(csr.fingerprint, shown.name, moment, now) {
            certificate = known
        } else {
            certificate = try moment.issuer.issue(csr, to: shown.name, at: now)
            let isLate = shown.notAfter < now
            let record = CertificateRecord(
                certificate, isLate ? .lateRenewal : .renewal, by: moment.issuer, at: now)
            try await book.add(renewal: record)
            if isLate { log.notice("Renewed after its end", metadata: ["node": "\(shown.name)"]) }
        }
        return EnrolmentReply(
            status: .accepted, name: shown.name, fingerprint: csr.fingerprint.short, certificate: certificate.pem,
            anchors: moment.anchors.pems)
    }

    /// The answer to the same request may have been lost on its way: then it is given again.
    private func fresh(
        _ key: KeyFingerprint, _ name: NodeName, _ moment: Authority.Moment, _ now: WallTime
    ) async throws -> NodeCertificate? {
        guard let record = try await book.certificates(of: key).first, record.name == name,
            let certificate = try? NodeCertificate(pem: record.pem), moment.issuer.hasIssued(certificate),
            now < Renewal.due(notBefore: certificate.notBefore, notAfter: certificate.notAfter, spread: 0)
        else { return nil }
        return certificate
    }

    private func parse(_ csr: String) throws -> SigningRequest {
        do {
            return try SigningRequest(pem: csr)
        } catch {
            throw AgentRefusal(.badRequest, ErrorJSON(code: "csr.invalid", message: error.en, zh: error.zh))
        }
    }
}
