import ZoneModel

/// What the device answered; every text is cleaned, every list bounded, what was not said is `nil`.
package struct PrinterAnswer: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable { case idle, processing, stopped, unknown }

    package var state: State
    /// printer-state-reasons (RFC 8011, 5.4.12) as the device wrote them.
    package var reasons: [String]
    package var message: String?
    package var isAcceptingJobs: Bool?
    package var makeAndModel: String?
    /// IEEE 1284 device id: `MFG:…;MDL:…;SN:…;`.
    package var deviceID: String?
    package var serial: String?
    package var firmware: String?
    package var supplies: [Supply]
    package var trays: [Supply]
    /// printer-impressions-completed: the life counter, when the device has one.
    package var impressionsCompleted: Int?
    /// printer-up-time (RFC 8011, 5.4.29): seconds since it was switched on.
    package var upTimeSeconds: Int?
    /// Of the answer to `scannerStatus`, and of no other.
    package var scanner: ScannerStatus?

    /// Its own word, or what its IEEE 1284 id says.
    package var serialNumber: String? {
        let id = DeviceIDText(deviceID ?? "")
        return serial ?? id["SN"] ?? id["SER"] ?? id["SERN"] ?? id["SERIALNUMBER"]
    }

    package init(
        state: State, reasons: [String] = [], message: String? = nil, isAcceptingJobs: Bool? = nil,
        makeAndModel: String? = nil, deviceID: String? = nil, serial: String? = nil, firmware: String? = nil,
        supplies: [Supply] = [], trays: [Supply] = [], impressionsCompleted: Int? = nil, upTimeSeconds: Int? = nil,
        scanner: ScannerStatus? = nil
    ) {
        (self.state, self.reasons, self.message, self.isAcceptingJobs) = (state, reasons, message, isAcceptingJobs)
        (self.makeAndModel, self.deviceID, self.serial, self.firmware) = (makeAndModel, deviceID, serial, firmware)
        (self.supplies, self.trays) = (supplies, trays)
        (self.impressionsCompleted, self.upTimeSeconds) = (impressionsCompleted, upTimeSeconds)
        self.scanner = scanner
    }
}

extension PrinterAnswer {
    /// One colorant, tray, bin or waste tank.
    package struct Supply: Sendable, Hashable, Codable {
        package var name: String
        package var type: String?
        /// Percent of capacity; `nil` when the device does not know it.
        package var level: Int?
        /// It fills up instead of running out, like a waste tank (receptacleThatIsFilled, RFC 3805): high is bad.
        package var isReceptacle: Bool?
        /// The device's own limit in percent: at or below it is low; for what fills up, at or above it is nearly full.
        package var limit: Int?

        package init(name: String, type: String?, level: Int?, isReceptacle: Bool? = nil, limit: Int? = nil) {
            (self.name, self.type, self.level) = (name, type, level)
            (self.isReceptacle, self.limit) = (isReceptacle, limit)
        }
    }
}
