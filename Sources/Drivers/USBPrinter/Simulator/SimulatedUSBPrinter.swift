// Purpose: the far end of a USB printer's wire: its inside, and a Unix stream that carries the requests of the printer
// class, with faults.
import ZoneModel

/// A page printer at a USB port: a request in, an answer out. It prints a sheet for each 4096 bytes it was given.
package struct SimulatedUSBPrinter: Sendable, Hashable {
    /// How it answers.
    package enum Manner: String, Sendable, CaseIterable {
        case honest
        /// Is on the bus and says nothing.
        case silent
        /// Knows its id and takes data, but not the question for its state.
        case stateless
        /// Says that all is well, whatever is (a host-based printer of this class may: section 4.2.2).
        case benign
    }

    package static let bytesPerSheet = 4096
    /// What it keeps when it cannot print.
    package static let memory = 65_536
    private static let mostKept = 1 << 20

    package var manner = Manner.honest
    package var paperSheets = 250
    package var isOnLine = true
    package var hasError = false
    package var serial = "SIM-USB-1"
    package var commandSets = "PDF,PWGRaster,JPEG,TEXT"
    package private(set) var sheetsPrinted = 0
    /// How often it was told to forget.
    package private(set) var resetCount = 0
    package private(set) var portResetCount = 0
    /// All that it was given, as far as it goes into a MiB.
    package private(set) var received: [UInt8] = []
    package private(set) var byteCount = 0
    private var waiting = 0

    package init() {}

    package var deviceID: String {
        "MFG:\(SimulatedHardware.vendor);MDL:USB Page Printer;CMD:\(commandSets);CLS:PRINTER;SN:\(serial);"
    }

    private var canPrint: Bool { paperSheets > 0 && isOnLine && !hasError }

    /// The byte of GET_PORT_STATUS.
    package var status: UInt8 {
        if manner == .benign { return 0x18 }
        return (paperSheets > 0 ? 0 : 0x20) | (isOnLine ? 0x10 : 0) | (hasError ? 0 : 0x08)
    }

    /// A moment passes: it prints what it has.
    package mutating func work() {
        while waiting > 0, canPrint {
            (paperSheets, sheetsPrinted) = (paperSheets - 1, sheetsPrinted + 1)
            waiting -= min(waiting, Self.bytesPerSheet)
        }
    }

    /// - Returns: how many bytes there was room for.
    package mutating func take(_ bytes: [UInt8]) -> Int {
        while waiting >= Self.bytesPerSheet, canPrint {
            (paperSheets, sheetsPrinted) = (paperSheets - 1, sheetsPrinted + 1)
            waiting -= Self.bytesPerSheet
        }
        let count = min(bytes.count, Self.memory - waiting)
        received += bytes.prefix(min(count, Self.mostKept - received.count))
        (waiting, byteCount) = (waiting + count, byteCount + count)
        return count
    }

    /// SOFT_RESET: what is not printed is forgotten.
    package mutating func reset() { (waiting, resetCount) = (0, resetCount + 1) }

    /// The firmware begins anew, so one that hung hangs no longer.
    package mutating func resetPort() {
        (waiting, portResetCount) = (0, portResetCount + 1)
        if manner == .silent { manner = .honest }
    }

    /// One of the faults; `false` when there is no such move.
    package mutating func apply(_ key: String, _ value: String) -> Bool {
        switch key {
        case "paper":
            guard let sheets = Int(value), (0...1000).contains(sheets) else { return false }
            paperSheets = sheets
        case "manner":
            guard let manner = Manner(rawValue: value) else { return false }
            self.manner = manner
        case "serial": serial = String(value.cleaned(limit: 40).filter { $0 != ";" })
        case "online": return set(\.isOnLine, value)
        case "error": return set(\.hasError, value)
        default: return false
        }
        return true
    }

    private mutating func set(_ field: WritableKeyPath<Self, Bool>, _ value: String) -> Bool {
        guard ["on", "off"].contains(value) else { return false }
        self[keyPath: field] = value == "on"
        return true
    }
}
