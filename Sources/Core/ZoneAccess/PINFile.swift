import CryptoExtras
import ZoneLinux
import ZoneModel

/// The staff PIN on the disk: one line `scrypt:N:r:p:salt:key`, readable by the agent only. A PIN has few digits, so
/// the hash is made slow (RFC 7914; N = 2^14, r = 8: 16 MiB) and guessing is bounded by `StaffDesk`, not by the hash.
struct PINFile: Sendable {
    private static let cost = (rounds: 1 << 14, blockSize: 8, parallelism: 1)

    let path: String

    /// `nil` when there is no PIN or its file is not readable as one.
    func matches(_ pin: String) -> Bool? {
        guard let line = try? SmallFile.read(path, limit: 512).cleaned() else { return nil }
        let parts = line.split(separator: ":")
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Hex.bytes(parts[4]), let key = Hex.bytes(parts[5]),
            // What somebody put into the file must not cost a gigabyte.
            (1 << 10...1 << 17).contains(rounds), (1...16).contains(blockSize), (1...4).contains(parallelism),
            let derived = PINFile.derive(pin, salt, (rounds, blockSize, parallelism))
        else { return nil }
        return ConstantTime.isEqual(derived, key)
    }

    func store(_ pin: String) throws {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        guard let key = PINFile.derive(pin, salt, PINFile.cost) else { throw SystemError("scrypt", 12) }
        let numbers = "\(PINFile.cost.rounds):\(PINFile.cost.blockSize):\(PINFile.cost.parallelism)"
        let line = "scrypt:\(numbers):\(Hex.text(salt)):\(Hex.text(key))\n"
        try SmallFile.replace(path, with: line, mode: 0o600)
    }

    private static func derive(
        _ pin: String, _ salt: [UInt8], _ cost: (rounds: Int, blockSize: Int, parallelism: Int)
    ) -> [UInt8]? {
        let key = try? KDF.Scrypt.deriveKey(
            from: Array(pin.utf8), salt: salt, outputByteCount: 32, rounds: cost.rounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
        return key?.withUnsafeBytes { Array($0) }
    }
}
