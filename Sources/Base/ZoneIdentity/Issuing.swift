import Crypto
import FoundationEssentials
import SwiftASN1
import X509
import ZoneModel

extension CertificateAuthority {
    /// A certificate for the request's key, from 5 minutes before `time`, never longer than the authority's own.
    package func issue(
        _ request: SigningRequest, to name: NodeName, at time: WallTime, for lifetime: Duration = .seconds(90 * 86_400)
    ) throws -> NodeCertificate {
        let form = try form(
            subject: try NodeCertificate.subject(name), key: .init(request.key), at: time, lead: Lead.node,
            lifetime)
        let names = SubjectAlternativeNames([.uniformResourceIdentifier("\(NodeCertificate.scheme)\(name)")])
        let extensions = try form.leaf(.clientAuth, names, issuer: certificate)
        return try NodeCertificate(der: try sign(form, extensions).der())
    }

    /// PEM for the hub's own TLS port.
    /// - Parameter names: DNS names or IP addresses, at least one.
    package func issueServer(
        key: IdentityKey, names: [String], at time: WallTime, for lifetime: Duration = .seconds(397 * 86_400)
    ) throws -> String {
        let names = try names.map { try GeneralName(server: $0) }
        guard !names.isEmpty else { throw IdentityError.badServerName("") }
        // Clients look at the alternative names only (RFC 9110, 4.3.4); some tools want a subject that is not empty.
        let subject = try DistinguishedName([.init(type: .RDNAttributeType.commonName, utf8String: "zone-hub")])
        let form = try form(
            subject: subject, key: .init(key.secret.publicKey), at: time, lead: Lead.authority, lifetime)
        let extensions = try form.leaf(.serverAuth, SubjectAlternativeNames(names), issuer: certificate)
        return BoundedPEM.text(try sign(form, extensions).der())
    }

    /// PEM: the other's key and name under this authority, so that who knows only this one can verify what the other has
    /// issued.
    package func crossSign(_ other: CertificateAuthority, at time: WallTime) throws -> String {
        let rest = Duration.milliseconds(other.notAfter.milliseconds - time.milliseconds)
        let form = try form(
            subject: other.certificate.subject, key: other.certificate.publicKey, at: time, lead: Lead.authority, rest)
        let extensions = try form.authority(paths: 0, issuer: certificate)
        return BoundedPEM.text(try sign(form, extensions).der())
    }

    private func sign(_ form: Form, _ extensions: Certificate.Extensions) throws -> Certificate {
        try form.signed(by: .init(key.secret), named: certificate.subject, extensions: extensions)
    }

    private func form(
        subject: DistinguishedName, key: Certificate.PublicKey, at time: WallTime, lead: Int64, _ lifetime: Duration
    ) throws -> Form {
        // No range: in a certificate that somebody else has made the end may come first.
        guard time >= notBefore, notAfter > time else { throw IdentityError.authorityOutOfTime }
        guard lifetime > .zero else { throw IdentityError.authorityOutOfTime }
        let rest = min(lifetime, .milliseconds(notAfter.milliseconds - time.milliseconds))
        return Form(
            subject: subject, publicKey: key, notBefore: max(notBefore, time.advanced(byMilliseconds: -lead)),
            notAfter: time.advanced(byMilliseconds: rest.milliseconds))
    }
}

extension GeneralName {
    fileprivate init(server name: String) throws {
        if let address = IPAddressBytes.parse(name) {
            self = .ipAddress(ASN1OctetString(contentBytes: address[...]))
        } else if EnrolToken.isHost(name), !name.hasPrefix("[") {
            self = .dnsName(name)
        } else {
            throw IdentityError.badServerName(name)
        }
    }
}

/// What all certificates have in common, before somebody signs it.
struct Form {
    var subject: DistinguishedName
    var publicKey: Certificate.PublicKey
    var notBefore: WallTime
    var notAfter: WallTime

    func signed(
        by key: Certificate.PrivateKey, named issuer: DistinguishedName, extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Form.serial(), publicKey: publicKey, notValidBefore: notBefore.dateInSeconds,
            notValidAfter: notAfter.dateInSeconds, issuer: issuer, subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: key)
    }

    /// `paths`: how many authorities may stand below it.
    func authority(paths: Int, issuer: Certificate? = nil) throws -> Certificate.Extensions {
        try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: paths))
            Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            SubjectKeyIdentifier(hash: publicKey)
            if let issuer { try Form.authorityKey(issuer) }
        }
    }

    func leaf(
        _ purpose: ExtendedKeyUsage.Usage, _ names: SubjectAlternativeNames, issuer: Certificate
    ) throws -> Certificate.Extensions {
        try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([purpose])
            names
            SubjectKeyIdentifier(hash: publicKey)
            try Form.authorityKey(issuer)
        }
    }

    private static func authorityKey(_ issuer: Certificate) throws -> AuthorityKeyIdentifier {
        AuthorityKeyIdentifier(keyIdentifier: try issuer.extensions.subjectKeyIdentifier?.keyIdentifier)
    }

    /// 127 random bits: positive and at most 20 octets (RFC 5280, 4.1.2.2); the library's own may have 21.
    private static func serial() -> Certificate.SerialNumber {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[0] = bytes[0] & 0x7F | 0x40
        return Certificate.SerialNumber(bytes: bytes)
    }
}
