import ZoneModel
import ZonePolicy
import ZoneTime
import ZoneWire

/// What the desk of duties says no to.
extension ErrorJSON {
    static func notStaff(_ duty: Duty) -> ErrorJSON {
        ErrorJSON(
            code: "duty.role", message: "\(duty.id) is a technician's to enter: zonectl duty done \(duty.id)",
            zh: "这一项由技术人员做，请技术人员登记", fixer: .technician)
    }

    static let clock = ErrorJSON(
        code: "duty.clock", message: "the clock of this PC is wrong, so that no day can be entered: set its time",
        zh: "电脑的日期不对，暂时不能登记。请技术人员校准时间", fixer: .technician)

    static func date(_ date: CivilDate, within days: Int) -> ErrorJSON {
        ErrorJSON(
            code: "duty.date", message: "\(date) cannot be entered: only today and \(days) days back",
            zh: "\(date) 不能登记：只能登记今天和最近 \(days) 天", fixer: .none)
    }

    static func notTriggered(_ duty: Duty) -> ErrorJSON {
        ErrorJSON(
            code: "duty.notTriggered", message: "\(duty.id) has days of its own and waits for nothing",
            zh: "这一项按日期进行，不需要登记开始", fixer: .none)
    }
}
