import DriverKit
import ZoneModel

/// Where the driver meets the rest of the PC, or what stands for it.
package struct PCSeams: Sendable {
    package var drives: any DriveHealthSource
    package var program: any KioskProgram
    /// `nil`: no policies are wanted.
    package var browser: @Sendable () -> BrowserWish?
    /// Folders in which nothing may be left.
    package var residue: @Sendable () -> [String]
    package var use: @Sendable () async -> KioskUse
    /// By the published hours; `nil`: there are none.
    package var isHallOpen: @Sendable (WallTime) -> Bool?
    /// In front of /sys and /proc.
    package var root: String

    package init(
        drives: any DriveHealthSource = NoDrives(), program: any KioskProgram = NoKioskProgram(),
        browser: @escaping @Sendable () -> BrowserWish? = { nil },
        residue: @escaping @Sendable () -> [String] = { [] },
        use: @escaping @Sendable () async -> KioskUse = { .unknown },
        isHallOpen: @escaping @Sendable (WallTime) -> Bool? = { _ in nil }, root: String = ""
    ) {
        (self.drives, self.program, self.browser) = (drives, program, browser)
        (self.residue, self.use, self.isHallOpen, self.root) = (residue, use, isHallOpen, root)
    }
}

/// What is known of the last citizen's time at the kiosk.
package enum KioskUse: Sendable, Hashable {
    /// Nobody was seen since anything is remembered.
    case unknown
    case underWay
    case over(began: WallTime, ended: WallTime)
}
