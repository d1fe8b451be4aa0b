/// What a drive says of itself (SMART).
package struct DriveFact: Sendable, Hashable {
    package enum Health: Sendable, Hashable {
        case fine
        /// In numbers, such as `12 bad sectors`.
        case failing(String)
        /// It offers nothing, or was not asked yet.
        case unknown(String)
    }

    package var model: String
    package var health: Health
    package var badSectors: Int?
    package var celsius: Int?

    package init(model: String, health: Health, badSectors: Int? = nil, celsius: Int? = nil) {
        (self.model, self.health, self.badSectors, self.celsius) = (model, health, badSectors, celsius)
    }
}

/// Whoever knows the PC's own drives.
package protocol DriveHealthSource: Sendable {
    /// Those that are built in, and the one on which the state lies.
    /// - Throws: why nothing is known, in a few words.
    func drives(within deadline: Duration) async throws(DriveSilence) -> [DriveFact]
}

package struct DriveSilence: Error, Sendable, Hashable {
    package var reason: String
    package init(_ reason: String) { self.reason = reason }
}

/// For a PC whose drives nobody asks.
package struct NoDrives: DriveHealthSource {
    package init() {}
    package func drives(within deadline: Duration) async throws(DriveSilence) -> [DriveFact] {
        throw DriveSilence("not asked")
    }
}
