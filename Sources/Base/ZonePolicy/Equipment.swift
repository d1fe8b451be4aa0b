import ZoneModel

/// One thing on the zone's list, as far as rules look at it.
package struct Equipment: Sendable, Hashable {
    /// One thing may be of two kinds (a printer that copies is one asset in 彬州's list) and still counts once per rule.
    package var kinds: Set<DeviceKind>
    /// The diagonal of its picture; `nil` when nobody knows it, as of a projector.
    package var inches: Double?

    package init(kinds: Set<DeviceKind>, inches: Double? = nil) { (self.kinds, self.inches) = (kinds, inches) }
}

extension PolicyRule {
    /// What is sold as 43 inches measures from 42.0: makers round up, and some count the frame.
    private static let rounding = 1.0

    /// Kinds whose size a rule can ask for.
    static let measured: Set<DeviceKind> = [.display, .touchPanel]

    package func isLargeEnough(_ diagonal: Double) -> Bool {
        guard let inches else { return true }
        return diagonal >= Double(inches) - PolicyRule.rounding
    }
}
