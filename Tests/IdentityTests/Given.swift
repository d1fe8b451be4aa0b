import Crypto
import FoundationEssentials
import SwiftASN1
import X509
import ZoneIdentity
import ZoneModel
import ZoneTestKit

/// What most stories begin with.
enum Given {
    // swift-format-ignore: NeverForceUnwrap
    static let now = WallTime(rfc3339: "2026-11-21T03:35:00.000Z")!
    // swift-format-ignore: NeverForceUnwrap
    static let name = NodeName("hall-1/pc-1")!
    static let day: Int64 = 86_400_000

    static func authority(_ name: String = "示例区 zone hub") throws -> CertificateAuthority {
        try CertificateAuthority.make(named: name, at: now)
    }

    static func node(_ authority: CertificateAuthority, _ key: IdentityKey = IdentityKey()) throws -> NodeCertificate {
        try authority.issue(SigningRequest(pem: SigningRequest.make(key: key)), to: name, at: now)
    }

    static func anchors(_ authorities: CertificateAuthority...) throws -> Anchors {
        try Anchors(pems: authorities.map(\.certificatePEM))
    }

    static func der(_ pem: String) throws -> [UInt8] { try PEMDocument(pemString: pem).derBytes }

    static func pem(_ der: [UInt8], _ label: String) -> String {
        PEMDocument(type: label, derBytes: der).pemString + "\n"
    }
}

/// A certificate that an authority's key has signed, whatever is in it.
struct Odd {
    var issuer: CertificateAuthority
    var key = Certificate.PublicKey(P256.Signing.PrivateKey().publicKey)
    var zone = "hall-1"
    var node = "pc-1"
    var names: [GeneralName]? = [.uniformResourceIdentifier("zone:hall-1/pc-1")]
    var usage: KeyUsage? = KeyUsage(digitalSignature: true)
    var purposes: [ExtendedKeyUsage.Usage]? = [.clientAuth]
    var basic: BasicConstraints? = .notCertificateAuthority
    var more: [Certificate.Extension] = []
    var algorithm = Certificate.SignatureAlgorithm.ecdsaWithSHA256
    /// Signs with another key under the issuer's name.
    var signer: Certificate.PrivateKey?

    init(_ issuer: CertificateAuthority) { self.issuer = issuer }

    func der() throws -> [UInt8] {
        let authority = try Certificate(pemEncoded: issuer.certificatePEM)
        var extensions = try Certificate.Extensions {
            if let basic { Critical(basic) }
            if let usage { Critical(usage) }
            if let names { SubjectAlternativeNames(names) }
        }
        if let purposes { try extensions.append(.init(ExtendedKeyUsage(purposes), critical: false)) }
        for one in more { try extensions.append(one) }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: key,
            notValidBefore: Date(timeIntervalSince1970: Double(Given.now.milliseconds / 1000) - 3600),
            notValidAfter: Date(timeIntervalSince1970: Double(Given.now.milliseconds / 1000) + 3600),
            issuer: authority.subject,
            subject: DistinguishedName {
                OrganizationName(zone)
                CommonName(node)
            }, signatureAlgorithm: algorithm, extensions: extensions,
            issuerPrivateKey: signer ?? Certificate.PrivateKey(pemEncoded: issuer.keyPEM))
        var writer = DER.Serializer()
        try writer.serialize(certificate)
        return writer.serializedBytes
    }
}
