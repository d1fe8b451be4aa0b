import DriverKit

extension EvemuFile {
    /// Format 1.3: description and events in one file, which evemu-device and evemu-play both read.
    /// - Parameter remarks: lines for who reads it.
    package func text(remarks: [String] = []) -> String {
        var lines = ["# EVEMU 1.3"] + remarks.map { "# " + $0 }
        lines += [
            "N: \(name)", "I: " + [bus, vendor, product, version].map { EvemuFile.hex($0, 4) }.joined(separator: " "),
        ]
        lines += EvemuFile.bytes(properties, count: 64).map { "P: \($0)" }
        for type in codes.keys.sorted() {
            let count = EvemuFile.codeCounts[type] ?? 8
            lines += EvemuFile.bytes(codes[type] ?? [], count: Int(count)).map {
                "B: \(EvemuFile.hex(type, 2)) \($0)"
            }
        }
        for (code, axis) in axes.sorted(by: { $0.key < $1.key }) {
            let numbers = [axis.minimum, axis.maximum, axis.fuzz, axis.flat, axis.resolution]
            lines.append("A: \(EvemuFile.hex(code, 2)) " + numbers.map { "\($0)" }.joined(separator: " "))
        }
        lines += events.map(EvemuFile.line)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ event: InputEvent) -> String {
        let (seconds, rest) = event.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let digits = String(rest)
        return "E: \(seconds).\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits) "
            + "\(hex(event.type, 4)) \(hex(event.code, 4)) \(event.value)"
    }

    /// Bits as rows of eight bytes: at least `count` bits.
    private static func bytes(_ bits: Set<UInt16>, count: Int) -> [String] {
        let rows = (max(count, 1 + Int(bits.max() ?? 0)) + 63) / 64
        var all = [UInt8](repeating: 0, count: rows * 8)
        for bit in bits { all[Int(bit) / 8] |= 1 << UInt8(bit % 8) }
        return stride(from: 0, to: all.count, by: 8).map { start in
            all[start..<start + 8].map { hex(UInt16($0), 2) }.joined(separator: " ")
        }
    }

    private static func hex(_ value: UInt16, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
