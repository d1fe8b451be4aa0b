import Crypto
import FoundationEssentials
import SwiftASN1
import X509
import ZoneModel

/// What becomes of somebody who shows a certificate.
package enum Standing: Sendable, Hashable {
    case valid(NodeCertificate)
    /// May renew and nothing else: it ran out at most `Renewal.grace` ago.
    case expired(NodeCertificate)
    case tooOld(NodeCertificate)
    /// Issued by a clock that is ahead of this one.
    case notYet(NodeCertificate)
    /// By nobody who is trusted here, for another purpose, changed, or not readable.
    case foreign

    /// `nil` for foreign ones.
    package var certificate: NodeCertificate? {
        switch self {
        case .valid(let certificate), .expired(let certificate), .tooOld(let certificate), .notYet(let certificate):
            certificate
        case .foreign: nil
        }
    }
}

/// The authorities that are trusted: one, and while the authority changes two.
package struct Anchors: Sendable {
    package static let most = 8

    private let anchors: [Anchor]

    /// - Throws: `IdentityError` for none or more than 8, and for what is not a self-signed authority on P-256. The same
    ///   one twice counts once.
    package init(pems: [String]) throws {
        guard (1...Anchors.most).contains(pems.count) else {
            throw IdentityError.badAnchorCount(limit: Anchors.most)
        }
        self.init(try pems.map { try Anchor(pem: $0) })
    }

    private init(_ anchors: [Anchor]) {
        self.anchors = Dictionary(anchors.map { ($0.hash, $0) }) { first, _ in first }.values.sorted {
            Hex.text($0.hash) < Hex.text($1.hash)
        }
    }

    /// In the order of their hashes.
    package var pems: [String] { anchors.map { BoundedPEM.text($0.der) } }

    /// SHA-256 of each one's DER, as in `EnrolToken.anchorHash`.
    package var hashes: [[UInt8]] { anchors.map(\.hash) }

    /// Names the set: 16 hex digits, the same for the same certificates in any order.
    package var hash: String { Hex.text(SHA256.hash(data: anchors.flatMap(\.hash)).prefix(8)) }

    /// Both together. Of more than 8 the ones that end last are kept.
    package func merged(with other: Anchors) -> Anchors {
        let all = Anchors(anchors + other.anchors).anchors.sorted { $0.notAfter > $1.notAfter }
        return Anchors(Array(all.prefix(Anchors.most)))
    }

    /// What the bytes of a certificate prove at a time. Authorities issue to nodes directly, so there is no chain to build.
    package func standing(of der: [UInt8], at time: WallTime) -> Standing {
        guard let parsed = try? Certificate(bounded: der, .certificate),
            let certificate = try? NodeCertificate(der: der),
            Anchors.isForNodes(parsed), anchors.contains(where: { $0.hasSigned(parsed) })
        else { return .foreign }
        if time < certificate.notBefore { return .notYet(certificate) }
        if time <= certificate.notAfter { return .valid(certificate) }
        let end = certificate.notAfter.advanced(byMilliseconds: Renewal.grace.milliseconds)
        return time <= end ? .expired(certificate) : .tooOld(certificate)
    }

    private static func isForNodes(_ certificate: Certificate) -> Bool {
        let extensions = certificate.extensions
        guard certificate.hasKnownCriticalsOnly, let usage = try? extensions.keyUsage, usage.digitalSignature,
            !usage.keyCertSign, let purposes = try? extensions.extendedKeyUsage, purposes.contains(.clientAuth)
        else { return false }
        if case .isCertificateAuthority? = try? extensions.basicConstraints { return false }
        return true
    }
}

extension Anchors: Hashable {
    package static func == (left: Anchors, right: Anchors) -> Bool { left.hashes == right.hashes }
    package func hash(into hasher: inout Hasher) { hasher.combine(hashes) }
}

/// One trusted authority.
private struct Anchor: Sendable {
    let der: [UInt8]
    /// SHA-256 of `der`.
    let hash: [UInt8]
    let notAfter: WallTime
    private let certificate: Certificate

    init(pem: String) throws {
        der = try BoundedPEM.bytes(pem, label: "CERTIFICATE", .authority)
        certificate = try Certificate(bounded: der, .authority)
        _ = try certificate.key(.authority)
        guard certificate.isAuthority else { throw IdentityError.wrongUse(.authority) }
        guard certificate.issuer == certificate.subject,
            certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
        else { throw IdentityError.badSignature(.authority) }
        hash = Array(SHA256.hash(data: der))
        notAfter = WallTime(certificate.notValidAfter)
    }

    func hasSigned(_ other: Certificate) -> Bool {
        other.issuer == certificate.subject && certificate.publicKey.isValidSignature(other.signature, for: other)
    }
}
