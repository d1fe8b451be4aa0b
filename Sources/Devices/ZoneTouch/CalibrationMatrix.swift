/// LIBINPUT_CALIBRATION_MATRIX: the first two rows of the matrix that libinput lays over what a panel reports, in
/// shares of the panel, `1 0 0 0 1 0` being none (libinput, "Static device configuration via udev").
///
/// It replaces whatever stood there and is not multiplied with it: a check measures what evdev says, and libinput's
/// matrix comes after that, so no earlier one is in what was measured.
package struct CalibrationMatrix: Sendable, Hashable {
    package let map: AffineMap

    /// `nil` for what no panel needs: a glass that is folded flat, or magnified more than threefold, was measured badly.
    package init?(_ map: AffineMap) {
        guard map.numbers.allSatisfy({ $0.isFinite && abs($0) <= 4 }), (0.1...10).contains(abs(map.determinant)) else {
            return nil
        }
        self.map = map
    }

    /// - Parameter text: six numbers with one space between them, as udev has it.
    package init?(text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map { Double($0) }
        let numbers = parts.compactMap(\.self)
        guard parts.count == 6, numbers.count == 6 else { return nil }
        self.init(AffineMap(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]))
    }

    /// Rounded as it is written.
    package var numbers: [Double] { map.numbers.map { CalibrationMatrix.rounded($0) / CalibrationMatrix.unit } }

    /// Plain decimals: libinput's reader refuses exponents (`safe_atod` in its src/util-strings).
    package var text: String { map.numbers.map(CalibrationMatrix.decimal).joined(separator: " ") }

    private static let unit = 1_000_000.0

    private static func rounded(_ value: Double) -> Double {
        let number = (value * unit).rounded()
        // Not minus nothing.
        return number == 0 ? 0 : number
    }

    private static func decimal(_ value: Double) -> String {
        let number = Int64(rounded(value))
        let (whole, rest) = (number.magnitude / 1_000_000, String(number.magnitude % 1_000_000))
        let digits = String(repeating: "0", count: 6 - rest.count) + rest
        return (number < 0 ? "-" : "") + "\(whole).\(digits)"
    }
}
