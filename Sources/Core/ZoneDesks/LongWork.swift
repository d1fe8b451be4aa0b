import ZoneModel
import ZoneTime
import ZoneWire

/// Something that keeps the queue of its device for minutes, in words for who comes while it does.
package struct LongWork: Sendable, Hashable {
    package var english: String
    package var zh: String
    /// So long after its beginning it is over at the latest.
    package var most: Duration

    package init(_ english: String, zh: String, most: Duration) {
        (self.english, self.zh, self.most) = (english, zh, most)
    }

    /// How much longer it may take, in ms; what waits has all of its time before it.
    fileprivate func left(of command: CommandJSON, at now: WallTime) -> Int64 {
        guard command.state == .running else { return most.milliseconds }
        let gone = now.milliseconds - command.changedAt.milliseconds
        // A clock that was set makes nothing longer than it is.
        return min(max(0, most.milliseconds - gone), most.milliseconds)
    }
}

extension ErrorJSON {
    /// The refusal of a command without `ttl`, which is as much as: now (decision 0044).
    /// - Parameter ahead: the commands of the device that are not over and are such work; with none there is no refusal.
    static func busy(
        _ device: DeviceID, behind ahead: [(command: CommandJSON, work: LongWork)], at now: WallTime
    ) -> ErrorJSON? {
        guard let first = ahead.first(where: { $0.command.state == .running }) ?? ahead.first else { return nil }
        let wait = ahead.reduce(Int64(0)) { $0 + $1.work.left(of: $1.command, at: now) }
        let end = ZoneCivil.text(now.advanced(byMilliseconds: wait))
        return ErrorJSON(
            code: "command.busy",
            message: "\(device) is taken by \(first.work.english) until \(end) at the latest, nothing was done: "
                + "send this again then, or with a ttl (ms) that waits for its turn, "
                + "or end the other one (zonectl commands --cancel \(first.command.id))",
            zh: "正在进行\(first.work.zh)，最迟\(end)结束，这个命令没有执行：请到时再试，或先取消它（zonectl commands --cancel \(first.command.id)）",
            fixer: .none)
    }
}
