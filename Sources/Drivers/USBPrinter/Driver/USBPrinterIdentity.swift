import DriverKit
import ZoneModel
import ZonePrinting

/// Which printer it is: by the bus, then by its own words.
struct USBPrinterIdentity: Sendable, Hashable {
    private static let simulatorScheme = "sim-usblp:"

    private let properties: [String: String]
    private let address: String?

    init(_ attachment: Attachment) throws(DeviceError) {
        switch attachment {
        case .node(_, let properties): (self.properties, address) = (properties, nil)
        case .address(let address) where address.hasPrefix(Self.simulatorScheme):
            (properties, self.address) = ([:], address)
        case .address, .machine:
            throw DeviceError(
                .unsupported, doing: "open printer", "expected a plugged USB device or \(Self.simulatorScheme)PATH")
        }
    }

    var isSimulated: Bool { address != nil }

    /// - Parameter deviceID: `nil` while nobody could ask for it.
    func identity(_ deviceID: String?) -> Identity {
        let id = DeviceIDText(deviceID ?? "")
        func own(_ keys: String...) -> String? { keys.lazy.compactMap { id[$0] }.first }
        // udev writes `_` for blanks.
        func bus(_ key: String) -> String? { given(key)?.replacing("_", with: " ") }
        let (vendor, model) = (given("ID_VENDOR_ID"), given("ID_MODEL_ID"))
        return Identity(
            vendor: own("MFG", "MANUFACTURER") ?? bus("ID_VENDOR"), model: own("MDL", "MODEL") ?? bus("ID_MODEL"),
            // Of the descriptor first: some ids carry one number for a whole series (OpenPrinting/cups, issue 170).
            serial: given("ID_SERIAL_SHORT") ?? own("SN", "SERN", "SERIALNUMBER"),
            busId: vendor.flatMap { vendor in model.map { "\(vendor):\($0)" } }, busPath: given("ID_PATH") ?? address)
    }

    private func given(_ key: String) -> String? {
        properties[key].flatMap { $0.isEmpty ? nil : $0.cleaned(limit: 80) }
    }
}
