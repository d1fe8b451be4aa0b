import ZoneModel
import ZoneTime

/// The time: events, opening hours and certificates hang on it. The zone's own offset is fixed, so the PC's does not
/// matter.
package struct ClockCheck: Check {
    /// This program was made in it: no PC is right that says an earlier one.
    static let buildYear = 2026
    /// A PC lasts less long.
    private static let lastYear = buildYear + 25

    package let id = "clock"
    package let title = Saying("时钟", "Clock")

    package init() {}

    package func run(in patient: Patient) async -> [Finding] { [year(patient), synchronization(patient)] }

    private func year(_ patient: Patient) -> Finding {
        let now = ZoneCivil.text(patient.wall)
        guard (ClockCheck.buildYear...ClockCheck.lastYear).contains(ZoneCivil.time(patient.wall).year) else {
            return .fault(
                "clock.year", "日期不可能：\(now)（北京时间）。", "That cannot be the date: \(now) (UTC+8).",
                Saying(
                    "sudo timedatectl set-time '年-月-日 时:分'；总是这样，请换主板电池",
                    "sudo timedatectl set-time 'YYYY-MM-DD HH:MM'; if it comes again, change the board's battery"))
        }
        return .ok("clock.year", "现在 \(now)（北京时间）。", "It is \(now) (UTC+8).")
    }

    private func synchronization(_ patient: Patient) -> Finding {
        guard patient.clockQuality == .synced else {
            return .warning(
                "clock.sync", "时钟没有对时。", "The clock is not synchronised.",
                Saying(
                    "sudo systemctl enable --now systemd-timesyncd，几分钟后再看 timedatectl；内网请指定对时服务器",
                    "sudo systemctl enable --now systemd-timesyncd, later timedatectl; without internet, name a server"
                ))
        }
        return .ok("clock.sync", "时钟已对时。", "The clock is synchronised.")
    }
}
