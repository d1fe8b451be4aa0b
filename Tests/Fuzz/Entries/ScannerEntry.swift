import ZoneModel
import ZonePrinting

extension FuzzEntry {
    /// What a scanner answers to the question for its state.
    static let scannerStatus = FuzzEntry("scanner-status") { bytes in
        guard let status = ScannerStatus(xml: bytes) else { return }
        for text in [status.adf, status.fault].compactMap(\.self) {
            try promiseClean(text, "eSCL")
            try promise((1...80).contains(text.unicodeScalars.count), "a text of \(text.unicodeScalars.count)")
        }
        // What stands behind the document's end belongs to nobody, and space before it changes nothing.
        try promise(ScannerStatus(xml: [0x20] + bytes + [0x0A]) == status, "space around it makes it another")
    }
}
