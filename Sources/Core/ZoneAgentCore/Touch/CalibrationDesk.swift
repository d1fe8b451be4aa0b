import Glibc
import ZoneConfig
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneTouch
import ZoneUdev
import ZoneWire

/// Where a panel is, for a rule that means this one and no other.
struct CalibrationSubject: Sendable, Hashable {
    /// Vendor and product, such as `222a:0001`.
    var busId: String
    /// udev's ID_PATH: the socket that it is plugged into.
    var idPath: String?
    /// Empty for a simulator.
    var sysPaths: [String]
}

/// libinput's matrix for a panel, as a udev rule of this program's own; one file per panel, and what stood there before.
///
/// A compositor reads the property when it opens the device. So udev is asked to look at the device again, and what is on
/// the screen now goes on as it is until it is started anew.
struct CalibrationDesk: Sendable {
    /// udevd looks for changed rules at most every 3 s (systemd 252, udevd.c, event_queue_start): asked sooner, it may answer
    /// with the old ones.
    private static let attempts = 6
    private static let pause = Duration.seconds(1)

    let places: Places
    let subject: @Sendable (DeviceID) async -> CalibrationSubject?
    let clock: any ZoneClock
    private let lane = BlockingLane(label: "calibration")

    init(places: Places, clock: any ZoneClock, subject: @escaping @Sendable (DeviceID) async -> CalibrationSubject?) {
        (self.places, self.clock, self.subject) = (places, clock, subject)
    }

    func json(_ device: DeviceID) async throws -> CalibrationJSON {
        let matrix = await lane.run { CalibrationRule.matrix(in: try? read(rule(device))) }
        return await shown(device, matrix, isInForce: await isInForce(matrix, await subject(device)))
    }

    /// The matrix that this program has written, where the desktop gets it: from its next start on that is where touches
    /// land. `nil`: none, or udev does not say so.
    func inForce(_ device: DeviceID) async -> CalibrationMatrix? {
        let written = await lane.run { CalibrationRule.matrix(in: try? read(rule(device))) }
        guard let written, await isInForce(written, await subject(device)) != false else { return nil }
        return written
    }

    /// What `write` writes.
    struct Prepared: Sendable {
        fileprivate var matrix: CalibrationMatrix
        fileprivate var subject: CalibrationSubject
        fileprivate var text: String
    }

    func prepare(_ matrix: CalibrationMatrix, for device: DeviceID) async throws -> Prepared {
        guard let subject = await subject(device),
            let text = CalibrationRule.text(for: device, subject, matrix)
        else {
            throw ErrorJSON(
                code: "touch.unsupported", message: "\(device) has no identity that a udev rule could name",
                zh: "认不出这块触摸屏的型号，无法写入校准")
        }
        return Prepared(matrix: matrix, subject: subject, text: text)
    }

    func write(_ prepared: Prepared, for device: DeviceID) async throws -> CalibrationJSON {
        try await change(device) { () throws(SystemError) in
            let old = try read(rule(device)) ?? ""
            // Of a second calibration what stood there before the first is the way back, not the first.
            if try read(before(device)) == nil {
                try SmallFile.makeDirectory(SmallFile.folder(of: before(device)))
                try SmallFile.replace(before(device), with: old)
            }
            try SmallFile.makeDirectory(SmallFile.folder(of: rule(device)), mode: 0o755)
            try SmallFile.replace(rule(device), with: prepared.text, mode: 0o644)
        }
        let isInForce = await askUdev(prepared.matrix, prepared.subject)
        return await shown(device, prepared.matrix, isInForce: isInForce)
    }

    /// What stood there before the first calibration; empty for nothing.
    func undoable(_ device: DeviceID) async throws -> String {
        guard let old = await lane.run({ try? read(before(device)) }) else {
            throw ErrorJSON(
                code: "calibration.none", message: "nothing was written for \(device) that could be undone",
                zh: "没有可以撤销的校准", fixer: .none)
        }
        return old
    }

    func undo(_ device: DeviceID, to old: String) async throws -> CalibrationJSON {
        try await change(device) { () throws(SystemError) in
            if old.isEmpty {
                try CalibrationDesk.remove(rule(device))
            } else {
                try SmallFile.replace(rule(device), with: old, mode: 0o644)
            }
            try CalibrationDesk.remove(before(device))
        }
        let matrix = CalibrationRule.matrix(in: old)
        return await shown(device, matrix, isInForce: await askUdev(matrix, await subject(device)))
    }

    private func rule(_ device: DeviceID) -> String { places.root + "/etc/udev/rules.d/99-zone-agent-\(device).rules" }
    private func before(_ device: DeviceID) -> String { places.agentState + "/calibration/\(device).before" }

    /// - Returns: `nil` when there is none; a file that cannot be read is an error, and is left as it is.
    private func read(_ path: String) throws(SystemError) -> String? {
        do { return try SmallFile.read(path, limit: 64 << 10) } catch {
            guard error.errno == ENOENT else { throw error }
            return nil
        }
    }

    private static func remove(_ path: String) throws(SystemError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("unlink \(path)") }
        let folder = try OwnedFD(path: SmallFile.folder(of: path), flags: O_RDONLY | O_DIRECTORY)
        guard fsync(folder.raw) == 0 else { throw SystemError("fsync \(path)") }
    }

    /// As `udevadm trigger --action=change` does (Documentation/ABI/testing/sysfs-uevent).
    private static func announce(_ sysPath: String) throws(SystemError) {
        let file = try OwnedFD(path: sysPath + "/uevent", flags: O_WRONLY)
        try SmallFile.write(Array("change".utf8), to: file.raw, naming: "uevent")
    }

    private func change(
        _ device: DeviceID, _ work: @escaping @Sendable () throws(SystemError) -> Void
    ) async throws {
        let result = await lane.run { () -> Result<Void, SystemError> in
            do throws(SystemError) { return .success(try work()) } catch { return .failure(error) }
        }
        guard case .failure(let error) = result else { return }
        throw ErrorJSON(
            code: "calibration.failed", message: "the rule of \(device) cannot be written: \(error)",
            zh: "校准文件写不进去，请检查磁盘和权限")
    }

    /// Asks until udev says it, or for a few seconds.
    /// - Returns: `nil` where there is no device node to ask about.
    private func askUdev(_ matrix: CalibrationMatrix?, _ subject: CalibrationSubject?) async -> Bool? {
        guard let subject, !subject.sysPaths.isEmpty else { return nil }
        for _ in 0..<Self.attempts {
            await lane.run {
                for path in subject.sysPaths { try? CalibrationDesk.announce(path) }
            }
            try? await clock.sleep(for: Self.pause)
            if await isInForce(matrix, subject) == true { return true }
        }
        return false
    }

    private func isInForce(_ matrix: CalibrationMatrix?, _ subject: CalibrationSubject?) async -> Bool? {
        guard let subject, !subject.sysPaths.isEmpty else { return nil }
        return await lane.run {
            subject.sysPaths.allSatisfy {
                UdevDevice.property(CalibrationRule.property, of: $0) == matrix?.text
            }
        }
    }

    private func shown(_ device: DeviceID, _ matrix: CalibrationMatrix?, isInForce: Bool?) async -> CalibrationJSON {
        let canUndo = await lane.run { SmallFile.exists(before(device)) }
        return CalibrationJSON(
            device: device, matrix: matrix?.numbers, file: rule(device), canUndo: canUndo, isInForce: isInForce)
    }
}

/// The text of the rule.
enum CalibrationRule {
    static let property = "LIBINPUT_CALIBRATION_MATRIX"

    /// `nil` when nothing is known of the panel that could be matched.
    static func text(for device: DeviceID, _ subject: CalibrationSubject, _ matrix: CalibrationMatrix) -> String? {
        let ids = subject.busId.split(separator: ":").map(String.init)
        guard ids.count == 2, ids.allSatisfy({ $0.count == 4 && $0.allSatisfy(\.isHexDigit) }) else { return nil }
        var conditions = [
            "ACTION!=\"remove\"", "SUBSYSTEM==\"input\"", "KERNEL==\"event*\"", "ATTRS{id/vendor}==\"\(ids[0])\"",
            "ATTRS{id/product}==\"\(ids[1])\"",
        ]
        if let path = subject.idPath, isPlain(path) { conditions.append("ENV{ID_PATH}==\"\(path)\"") }
        return """
            # \(device): 触摸校准，由 zone-agent 按技术人员的要求写入。Written by zone-agent on a technician's word.
            # 撤销 to undo: zonectl touch calibrate \(device) --undo
            \(conditions.joined(separator: ", ")), ENV{\(property)}="\(matrix.text)"

            """
    }

    static func matrix(in text: String?) -> CalibrationMatrix? {
        let key = "ENV{\(property)}=\""
        for line in (text ?? "").split(separator: "\n") where !line.hasPrefix("#") {
            guard let start = line.ranges(of: key).first?.upperBound else { continue }
            return CalibrationMatrix(text: String(line[start...].prefix { $0 != "\"" }))
        }
        return nil
    }

    /// No quotes, no patterns (udev(7): `*`, `?`, `[`, `|`), no substitutions.
    private static func isPlain(_ text: String) -> Bool {
        let others = Set(":._-/+@=,".utf8)
        return !text.isEmpty && text.utf8.count <= 200
            && text.utf8.allSatisfy { byte in
                others.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte)
            }
    }
}
