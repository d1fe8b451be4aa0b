/// Why there is no answer: the technician must know which one it is.
package struct PrinterSilence: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case badAddress, notResolved, refused, noRoute, connectTimedOut, silent, closed, httpError, ippError, notIPP
        /// client-error-not-found (RFC 8011, appendix B.1.4.7): no such path, or no such job.
        case notFound
        /// The worker did not keep its own deadline and was killed, or could not be started.
        case workerOverrun, workerFailed
    }

    package var kind: Kind
    package var detail: String

    package init(_ kind: Kind, _ detail: String = "") { (self.kind, self.detail) = (kind, detail) }
    package var description: String { detail.isEmpty ? kind.rawValue : "\(kind.rawValue): \(detail)" }
}
