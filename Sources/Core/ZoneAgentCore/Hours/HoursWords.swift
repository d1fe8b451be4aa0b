import ZoneModel
import ZoneTime
import ZoneWire

extension HoursNow {
    /// Why there is nothing to take back, and how to open all the same: the hours hold what nobody holds (decision 0035).
    /// - Returns: `nil` where the hours do not close anything now.
    func refusal(toRelease subject: String, _ mode: Mode) -> ErrorJSON? {
        guard mode == .closed, published == false else { return nil }
        let end = until.map { ZoneCivil.text($0) }
        return ErrorJSON(
            code: "hold.none",
            message:
                "nobody holds \(subject) as closed: the opening hours close it\(end.map { " until \($0)" } ?? ""). "
                + "To open outside of them, write the date with all hours of that date, such as 09:00-17:00 18:00-21:00, "
                + "below hours.exceptions in agent.yaml, then zonectl config reload",
            zh: "没有人停用它：现在是非开放时间\(end.map { "，\($0)自动开放" } ?? "")。需要临时开放，请技术人员在 agent.yaml 的 "
                + "hours.exceptions 写上日期和当天全部开放时间（如 09:00-17:00 18:00-21:00），再执行 zonectl config reload",
            fixer: .technician)
    }
}
