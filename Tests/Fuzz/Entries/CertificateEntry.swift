#if WITHOUT_CERTIFICATES
    extension FuzzEntry {
        /// Not in this build: the libraries take minutes with a sanitizer. Its corpus is there all the same.
        package static let absent: Set<String> = ["certificates"]
        static var certificates: [FuzzEntry] { [] }
    }
#else
    import ZoneIdentity
    import ZoneModel

    extension FuzzEntry {
        package static let absent: Set<String> = []

        /// A request for a certificate, a certificate, an authority's: in DER and in PEM.
        static var certificates: [FuzzEntry] {
            [
                FuzzEntry("certificates", longest: 2048) { bytes in
                    try promiseRequest(bytes)
                    try promiseCertificate(bytes)
                    let text = String(decoding: bytes, as: UTF8.self)
                    try promiseWords { _ = try SigningRequest(pem: text) }
                    try promiseWords { _ = try IdentityKey(pem: text) }
                    try promiseWords { _ = try NodeCertificate(pem: text) }
                    try promiseWords {
                        let anchors = try Anchors(pems: [text])
                        try promise(try Anchors(pems: anchors.pems) == anchors, "an authority changes")
                        try promise(HexID(anchors.hash) != nil, "a set of authorities without a name")
                    }
                }
            ]
        }

        /// Whatever is wrong is told in words that harm nobody.
        private static func promiseWords(_ work: () throws -> Void) throws {
            do { try work() } catch let broken as BrokenPromise { throw broken } catch {
                guard let error = error as? IdentityError else { throw BrokenPromise("another error: \(error)") }
                try promiseClean(error.zh + error.en, "refusal")
            }
        }

        private static func promiseRequest(_ der: [UInt8]) throws {
            try promiseWords {
                let print = try SigningRequest(der: der).fingerprint
                try promise(KeyFingerprint(hex: print.hex) == print, "a key without a fingerprint")
            }
        }

        private static func promiseCertificate(_ der: [UInt8]) throws {
            try promiseWords {
                let certificate = try NodeCertificate(der: der)
                try promise(try NodeCertificate(pem: certificate.pem) == certificate, "a certificate changes")
                try promise(NodeName("\(certificate.name)") == certificate.name, "a node without a name")
                _ = Renewal.due(notBefore: certificate.notBefore, notAfter: certificate.notAfter, spread: 0.5)
            }
            try promiseStanding(der)
        }

        /// Whose private key nobody has any more has signed one certificate, and no other is by it.
        private static func promiseStanding(_ der: [UInt8]) throws {
            let authority = """
                -----BEGIN CERTIFICATE-----
                MIIBjTCCATOgAwIBAgIQXqTrOFD+IpGPNurwyzau5jAKBggqhkjOPQQDAjAlMSMw
                IQYDVQQDDBpmdXp6IOekuuS+iyA5UDdILVdUVEItS1JSRzAeFw0yNjExMjAwMzM1
                MDBaFw0zNjExMjAwMzM1MDBaMCUxIzAhBgNVBAMMGmZ1enog56S65L6LIDlQN0gt
                V1RUQi1LUlJHMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZo8tmW6XXgJ9q/mn
                YdlFm+bdUQZyHcSLc9PNlc0QU6lqvtg+ByPw03KaKFTUjBnd5J01DKxZRtbvzLa4
                AU03fKNFMEMwEgYDVR0TAQH/BAgwBgEB/wIBATAOBgNVHQ8BAf8EBAMCAQYwHQYD
                VR0OBBYEFHd73v6GOZDv+WbCAekvJBmtmRqZMAoGCCqGSM49BAMCA0gAMEUCIDgo
                v7b4vPCMUelfVOUzsL9P3N9jdhxCsQvN/Kl8QC9TAiEAmtaWAAzVFN9OTQZ/q8CS
                P9PjSCLX696V2WR4zRn9b6c=
                -----END CERTIFICATE-----
                """
            let anchors = try Anchors(pems: [authority])
            guard let certificate = anchors.standing(of: der, at: WallTime(milliseconds: 1_795_232_100_000)).certificate
            else { return }
            try promise(certificate.serial == "73239b7c06099229a9b9465f1676c8ad", "a forged certificate")
        }
    }
#endif
