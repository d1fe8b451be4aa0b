import ZoneConfig
import ZoneLinux

/// A file that says which unit this agent has stopped and must start. It is on the disk before the unit is stopped, so that an
/// agent that ends in between starts it at its next start.
struct OwedStart: Sendable {
    /// A unit's name has at most 120 characters.
    private static let limit = 256

    let path: String

    /// - Throws: `SystemError`; then nothing may be stopped.
    func write(_ unit: String) throws(SystemError) {
        try SmallFile.makeDirectory(SmallFile.folder(of: path))
        try SmallFile.replace(path, with: unit)
    }

    /// `nil` when nothing is owed, and for what is no name of a kiosk's unit.
    var unit: String? {
        (try? SmallFile.read(path, limit: OwedStart.limit)).flatMap(KioskAppConfig.unitName)
    }

    func settle() { SmallFile.remove(path) }
}
