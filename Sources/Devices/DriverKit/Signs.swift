import ZoneModel

/// How well it is known that a device did what it was told.
package enum Proof: String, Sendable, Codable, CaseIterable {
    /// It cannot answer, or its answer was lost: nothing is known but that the bytes went out.
    case sent
    /// It said that it took the order.
    case accepted
    /// It was asked afterwards, and what it said is what it was told.
    case verified
}

/// What a sign is to show. A driver maps it to what its device can do, and says what it left out.
package struct SignMessage: Sendable, Hashable, Codable {
    package enum Effect: String, Sendable, Codable, CaseIterable { case still, scrollLeft, pages }
    package enum Colour: String, Sendable, Codable, CaseIterable { case red, green, yellow, blue, cyan, magenta, white }

    /// At least one line, not empty.
    package var lines: [String]
    package var effect: Effect
    /// `nil`: the device's own.
    package var colour: Colour?

    package init(lines: [String], effect: Effect = .still, colour: Colour? = nil) {
        (self.lines, self.effect, self.colour) = (lines, effect, colour)
    }
}

/// What became of an order to a sign.
package struct SignResult: Sendable, Hashable, Codable {
    package var proof: Proof
    /// What of the order the device cannot do, such as `colour`; the rest was done.
    package var leftOut: [String]

    package init(_ proof: Proof, leftOut: [String] = []) { (self.proof, self.leftOut) = (proof, leftOut) }
}

/// A device that shows text to everybody in the room.
package protocol SignDisplay: LiveDevice {
    /// - Throws: `DeviceError` `.refused` when the text cannot be shown as it is (naming the character) or the device
    ///   says no, `.timedOut` when it is silent.
    func show(_ message: SignMessage, within deadline: Duration) async throws(DeviceError) -> SignResult

    /// - Parameter percent: 0 to 100; what the device makes of it is in `details` afterwards.
    func setBrightness(percent: Int, within deadline: Duration) async throws(DeviceError) -> SignResult

    /// Dark, with its content kept; or lit again.
    func setBlank(_ isBlank: Bool, within deadline: Duration) async throws(DeviceError) -> SignResult
}
