import Crypto
import SwiftASN1
import Testing
import X509
import ZoneIdentity
import ZoneModel
import ZoneTestKit

@Suite("A request for a certificate")
struct RequestTests {
    @Test("comes back as the key that made it")
    func roundTrip() throws {
        let key = IdentityKey()
        let request = try SigningRequest(pem: SigningRequest.make(key: key))
        #expect(request.fingerprint == key.fingerprint)
        #expect(try IdentityKey(pem: key.pem).fingerprint == key.fingerprint)
        #expect(request.fingerprint != IdentityKey().fingerprint)
    }

    @Test("is refused when anything in it was changed", arguments: Seeds.first(3))
    func forged(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let der = try Given.der(SigningRequest.make(key: IdentityKey()))
        for place in der.indices {
            var changed = der
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(throws: IdentityError.self, "seed \(seed), byte \(place)") { try SigningRequest(der: changed) }
        }
    }

    @Test("is refused when another key has signed it")
    func stolenKey() throws {
        let (own, other) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
        let good = try CertificateSigningRequest(
            version: .v1, subject: .init(), privateKey: .init(other), attributes: .init())
        let stolen = try CertificateSigningRequest(
            version: .v1, subject: .init(), publicKey: .init(own.publicKey), attributes: .init(),
            signatureAlgorithm: good.signatureAlgorithm, signature: good.signature)
        #expect(throws: IdentityError.badSignature(.request)) {
            try SigningRequest(pem: stolen.serializeAsPEM().pemString)
        }
    }

    @Test("is taken for P-256 with SHA-256 only")
    func otherKeys() throws {
        let keys: [(Certificate.PrivateKey, Certificate.SignatureAlgorithm)] = [
            (.init(P384.Signing.PrivateKey()), .ecdsaWithSHA384), (.init(P521.Signing.PrivateKey()), .ecdsaWithSHA512),
            (.init(Curve25519.Signing.PrivateKey()), .ed25519), (.init(P256.Signing.PrivateKey()), .ecdsaWithSHA384),
        ]
        for (key, algorithm) in keys {
            let request = try CertificateSigningRequest(
                version: .v1, subject: .init(), privateKey: key, attributes: .init(), signatureAlgorithm: algorithm)
            #expect(throws: IdentityError.notP256(.request), "\(key) \(algorithm)") {
                try SigningRequest(pem: request.serializeAsPEM().pemString)
            }
        }
        #expect(throws: IdentityError.notP256(.request)) { try SigningRequest(pem: rsa) }
    }

    @Test("is refused when it is something else, two, or far too long")
    func notARequest() throws {
        let pem = try SigningRequest.make(key: IdentityKey())
        let der = try Given.der(pem)
        for text in [
            "", "-----BEGIN CERTIFICATE REQUEST-----", pem + pem, String(pem.dropLast(40)), IdentityKey().pem,
            try Given.authority().certificatePEM, Given.pem(der, "CERTIFICATE"),
            Given.pem(der + [0], "CERTIFICATE REQUEST"), Given.pem(der.dropLast(), "CERTIFICATE REQUEST"),
            Given.pem([0x30, 0x80] + der, "CERTIFICATE REQUEST"),
        ] {
            #expect(throws: IdentityError.unreadable(.request), "\(text.debugDescription)") {
                try SigningRequest(pem: text)
            }
        }
        #expect(throws: IdentityError.tooLong(.request, limit: 8192)) {
            try SigningRequest(pem: pem + String(repeating: "\n", count: 8192))
        }
    }

    @Test("of openssl is taken, and openssl takes ours", .enabled(if: OpenSSL.path != nil, "\(OpenSSL.missing)"))
    func openssl() async throws {
        let openssl = try OpenSSL()
        let ours = try openssl.file("ours.csr", SigningRequest.make(key: IdentityKey()))
        let answer = try await openssl("req", "-in", ours, "-noout", "-verify", "-text")
        #expect(answer.code == 0 && answer.words.contains("prime256v1"), "\(answer.words)")
        let theirs = "\(openssl.folder)/theirs.csr"
        _ = try await openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
            "\(openssl.folder)/key.pem", "-subj", "/CN=anybody", "-addext", "subjectAltName=DNS:anywhere", "-out",
            theirs)
        let key = try IdentityKey(pem: openssl.read("key.pem"))
        #expect(try SigningRequest(pem: openssl.read("theirs.csr")).fingerprint == key.fingerprint)
    }

    /// `openssl req -new -newkey rsa:2048 -subj /`.
    private let rsa = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIICRTCCAS0CAQAwADCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAMtO
        AW5lJxjzLvW5NsmJwHPa1qi/AASNwmbBx46PXCXJJ03Eq4Uqno8B5K/rj6xTLeW7
        xv8ftsoIwSQjI1S+F556FrQq1uZI2+dKm6P+6+6/Cnoralg/xJeE7Nf2ZdfkueIL
        EYpT1BCp3lopUBIrqSLU6Vhag4xj/by3c1PjkrrnqKMRoSHDizQnvEkI4nnFGmYP
        HW2WsTQ0GDe7Hv8OipzPwfB5b7bKKxysTZtewu66PUJf2TuCPQbTx4RjoBjoq9z0
        mlflytnI164QABnWO1GAT5ZespATfPR04i9rGGFS7vGv+yBX5ofOOezsUuWdDELt
        1dxVXTJvXt4qcG9VAv8CAwEAAaAAMA0GCSqGSIb3DQEBCwUAA4IBAQAkj3ZOBMED
        U+8JLewSFZZg0WQu/QrCXnuaSuWvWpyH9NBkL/jPG/0KGWz+MZ8FgzV5g/z6UAXI
        1NCYtq9YWZPae6Ll4EbC+peCIr7oJ3unjwyEoDM2cTNoIhowP0O4igvDNpG0VpfN
        2AKsUtj2opVIBp817l3X3BM7kgGZVd8rxnmwYlgpMv2DLrh19Ze3obuO8Eyw2JSw
        1sh/n6s7blyFb1I3pRserLBQyRMGTLlMHxkYvAljuIe+ZsMXb8QzatB6Rh09BSjq
        M1uVoc++z1bEMXVFO7R8Aneqe278NCvg/4rp0ForvIpMbwrW03Be1ZWIjHa0qNS9
        OTN4nMio+6Ou
        -----END CERTIFICATE REQUEST-----
        """
}
