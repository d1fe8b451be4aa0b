import ZoneModel

/// What is known of the program in front of the citizens.
package struct KioskSight: Sendable, Hashable {
    package enum Unit: Sendable, Hashable {
        /// `restarts`: how often the service manager has started it again by itself.
        case active(restarts: Int)
        case starting(restarts: Int)
        /// In the manager's words, such as `failed (start-limit-hit)`.
        case down(String, restarts: Int)
        /// The manager does not answer.
        case unknown(String)
    }

    /// The program's own sign of life.
    package struct Sign: Sendable, Hashable {
        /// Since when one could have come.
        package var listeningSince: MonoTime
        package var last: MonoTime?
        /// So long without one, and it does not live.
        package var silence: Duration

        package init(listeningSince: MonoTime, last: MonoTime?, silence: Duration) {
            (self.listeningSince, self.last, self.silence) = (listeningSince, last, silence)
        }
    }

    /// `nil`: no unit is configured.
    package var unit: (name: String, state: Unit)? { name.flatMap { name in state.map { (name, $0) } } }
    private var name: String?
    private var state: Unit?
    /// `nil`: the program gives none.
    package var sign: Sign?

    package init(unit: (name: String, state: Unit)? = nil, sign: Sign? = nil) {
        (name, state, self.sign) = (unit?.name, unit?.state, sign)
    }
}

/// The program in front of the citizens, as the configuration names it.
package protocol KioskProgram: Sendable {
    /// `nil`: none is configured, so nothing is to be said.
    func look() async -> KioskSight?
    var canRestart: Bool { get }
    func restart(within deadline: Duration) async throws(DeviceError)
}

package struct NoKioskProgram: KioskProgram {
    package init() {}
    package func look() async -> KioskSight? { nil }
    package var canRestart: Bool { false }
    package func restart(within deadline: Duration) async throws(DeviceError) {
        throw DeviceError(.unsupported, doing: "restart the kiosk app", "none is configured")
    }
}
