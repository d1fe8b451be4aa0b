extension String {
    /// Text from a wire, descriptor or file made safe for terminals, logs, pages and CSV: at most `limit` characters,
    /// no control characters (C0, C1, DEL), no bidirectional overrides, no line separators.
    package func cleaned(limit: Int = 200) -> String {
        var result = String.UnicodeScalarView()
        var count = 0
        for scalar in unicodeScalars where count < limit {
            guard !String.isHostile(scalar) else { continue }
            result.append(scalar)
            count += 1
        }
        return String(result)
    }

    private static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
