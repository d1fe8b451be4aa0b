/// Why a device could not be opened or used: a code to switch on, what was being done, and the detail.
package struct DeviceError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case absent, busy, permission, timedOut, ioFailed, malformedReply, unsupported, wrongHardware, wedged
        /// The device, or its driver, says no to what was asked; the detail says why.
        case refused
        /// A healing step was done as often as it may be on one day.
        case budgetSpent
    }

    package var code: Code
    /// The operation in words, for example `open /dev/input/event3`.
    package var doing: String
    package var detail: String

    package init(_ code: Code, doing: String, _ detail: String = "") {
        (self.code, self.doing, self.detail) = (code, doing, detail)
    }

    package var description: String { detail.isEmpty ? "\(doing): \(code)" : "\(doing): \(code) (\(detail))" }
}
