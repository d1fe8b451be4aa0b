import ZoneLinux
import ZoneModel
import ZoneTime

/// How long a test waits: so long, and as much longer as each core lost on average to others on a shared host.
package struct Patience: Sendable {
    private let bound: Duration
    private let clock = SystemClock()
    private let began: MonoTime
    private let stolenBefore: Duration

    package init(_ bound: Duration) {
        (self.bound, began, stolenBefore) = (bound, SystemClock().mono(), Patience.stolen())
    }

    package var isOver: Bool { clock.mono().since(began) - (Patience.stolen() - stolenBefore) > bound }

    /// Of each core on average since the boot: proc_stat(5), `steal`, the eighth number, in hundredths of a second; none
    /// where that cannot be read.
    private static func stolen() -> Duration {
        let text = (try? SmallFile.read("/proc/stat")) ?? ""
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("cpu") }
        let fields = lines.first?.split(separator: " ") ?? []
        guard fields.count > 8, let ticks = Int(fields[8]) else { return .zero }
        return .milliseconds(ticks * 10 / max(1, lines.count - 1))
    }
}
