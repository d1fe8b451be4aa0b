import DriverKit
import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
import X509
import ZoneModel

/// Reads the certificate that a server shows, believed or not: the hands are shaken, nothing is said, the line is closed.
enum CertificateGlance {
    /// Longer ones are not shown by any page; what is longer is not read.
    private static let longest = 64 * 1024

    static func look(host: String, address: String, port: Int, milliseconds: Int64) async -> CertificateFact? {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // Nobody is asked whether it is good: reading the PC's own list would take a while for nothing.
        configuration.trustRoots = .certificates([])
        guard let context = try? NIOSSLContext(configuration: configuration) else { return nil }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let found = loop.makePromise(of: CertificateFact?.self)
        let isNumber = host == address
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(.milliseconds(milliseconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(
                        context: context, serverHostname: isNumber ? nil : host
                    ) { chain, verdict in
                        found.succeed(chain.first.flatMap(read))
                        verdict.succeed(.certificateVerified)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        let timer = loop.scheduleTask(in: .milliseconds(milliseconds)) { found.succeed(nil) }
        bootstrap.connect(host: address, port: port).whenComplete { result in
            switch result {
            case .failure: found.succeed(nil)
            case .success(let channel):
                channel.closeFuture.whenComplete { _ in found.succeed(nil) }
                // Whatever comes of it, the line does not outlive the question.
                found.futureResult.whenComplete { _ in channel.close(mode: .all, promise: nil) }
            }
        }
        let fact = try? await found.futureResult.get()
        timer.cancel()
        return fact ?? nil
    }

    private static func read(_ shown: NIOSSLCertificate) -> CertificateFact? {
        guard let bytes = try? shown.toDERBytes(), bytes.count <= longest,
            let certificate = try? Certificate(derEncoded: bytes)
        else { return nil }
        let names = (try? certificate.extensions.subjectAlternativeNames) ?? nil
        return CertificateFact(
            notBefore: WallTime(milliseconds: Int64(shown.notValidBefore) * 1000),
            notAfter: WallTime(milliseconds: Int64(shown.notValidAfter) * 1000),
            names: (names ?? SubjectAlternativeNames()).compactMap { name in
                if case .dnsName(let text) = name { text.cleaned(limit: 253) } else { nil }
            },
            issuer: "\(certificate.issuer)".cleaned(limit: 100))
    }
}
