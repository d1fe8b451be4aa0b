// Purpose: printers at a USB port: the little they tell while they are idle, and documents given to them as they are.
import ZoneModel

/// The byte of GET_PORT_STATUS (USB Printer Class 1.1, section 4.2.2). A printer that cannot tell answers 0x18.
struct PortStatus: Sendable, Hashable {
    private static let (paperEmpty, selected, notError): (UInt8, UInt8, UInt8) = (0x20, 0x10, 0x08)

    let byte: UInt8

    init(_ byte: UInt8) { self.byte = byte }

    var isPaperOut: Bool { byte & Self.paperEmpty != 0 }
    var isOffLine: Bool { byte & Self.selected == 0 }
    var isError: Bool { byte & Self.notError == 0 }
    var isGood: Bool { !isPaperOut && !isOffLine && !isError }

    var hex: String { "0x" + Hex.text([byte]) }

    /// What is wrong in words, or that nothing is.
    var words: String {
        if isPaperOut { return "没纸了 out of paper (\(hex))" }
        if isError { return "自报故障 an error of its own (\(hex))" }
        return isOffLine ? "脱机 off-line (\(hex))" : "正常 good (\(hex))"
    }

    /// An empty tray takes most printers off-line and is an error to many: then it is the one thing that is known.
    var symptoms: [Symptom] {
        let evidence = "port status \(hex)"
        func sight(_ isWrong: Bool) -> Symptom.Sight {
            if isWrong { return .wrong(evidence: evidence) }
            return .fine
        }
        let others: Symptom.Sight? = isPaperOut && (isError || isOffLine) ? .unknown(reason: "paperOut") : nil
        return [
            Symptom(.printerPaperOut, sight(isPaperOut)),
            Symptom(.printerServiceRequired, others ?? sight(isError)),
            Symptom(.printerLinkDown, sight(isOffLine && !isError && !isPaperOut)),
        ]
    }

    static func unknown(_ reason: String) -> [Symptom] {
        [
            Symptom(.printerPaperOut, .unknown(reason: reason)),
            Symptom(.printerServiceRequired, .unknown(reason: reason)),
        ]
    }
}
