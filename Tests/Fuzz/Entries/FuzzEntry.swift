// Purpose: the borders of the product as functions of bytes, each with the promises that must hold for any input. The
// fuzzer and `make test` call the same ones. No NIO, no SQLite: only values and codecs can be reached from here.
import ZoneModel

/// A promise that an input broke. (A trap is the other way to fail; nobody catches that.)
package struct BrokenPromise: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// One border.
package struct FuzzEntry: Sendable {
    package let name: String
    /// Longer inputs only repeat themselves.
    package let longest: Int
    package let take: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, longest: Int = 4096, _ take: @escaping @Sendable ([UInt8]) throws -> Void) {
        (self.name, self.longest, self.take) = (name, longest, take)
    }

    package static var all: [FuzzEntry] {
        [
            configuration, profiles, policy, requests, heartbeats, eventStream, values, printerTexts, dns, netlink,
            workerLines,
            inputFrames, ledReplies, ledTexts, hidReports, boxSamples, recordings, inflate, tokens,
            exports, documents, snmp, forms, scannerStatus, edids, evemu, panelMemory,
            calendars,
        ] + certificates
    }
}
