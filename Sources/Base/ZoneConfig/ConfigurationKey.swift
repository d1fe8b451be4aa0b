import ZoneModel

/// What each key of agent.yaml means: the schema that `zonectl config explain` shows.
package struct ConfigurationKey: Sendable, Hashable {
    /// What a change needs to take effect.
    package enum Effect: Sendable { case live, restart }

    /// Dotted; `*` stands for the id of a list's item.
    package let path: String
    package let fallback: String?
    package let effect: Effect
    package let meaning: String
    package let zh: String

    private init(_ path: String, _ effect: Effect, fallback: String? = nil, _ meaning: String, _ zh: String) {
        (self.path, self.effect, self.fallback) = (path, effect, fallback)
        (self.meaning, self.zh) = (meaning, zh)
    }

    package static let all: [ConfigurationKey] = [
        .init("zone", .restart, "id of the zone; the hub knows it by this", "专区编号"),
        .init("node", .restart, "id of this PC within the zone", "本机编号"),
        .init("name", .live, fallback: "the zone's id", "name for people", "专区名称"),
        .init("purpose", .restart, fallback: "production", "production, or demo: simulated devices count", "用途：正式或演示"),
        .init(
            "type", .live, fallback: "village", "hall, township, archive, library or village: chooses the rules", "专区类型"
        ),
        .init(
            "policy", .live, fallback: "all that are shipped",
            "shipped policies that count here, such as zhuoshui-2021",
            "本地适用的规则文件"),
        .init("hours", .live, "opening hours of every day, such as 09:00-17:00", "每天的开放时间"),
        .init(
            "hours.revision", .live, fallback: "0", "number of the published hours; goes up with each change",
            "开放时间的版本号"),
        .init("hours.mon", .live, "Monday; a day that is absent is closed", "周一"),
        .init("hours.tue", .live, "Tuesday", "周二"), .init("hours.wed", .live, "Wednesday", "周三"),
        .init("hours.thu", .live, "Thursday", "周四"), .init("hours.fri", .live, "Friday", "周五"),
        .init("hours.sat", .live, "Saturday", "周六"), .init("hours.sun", .live, "Sunday", "周日"),
        .init("hours.exceptions.*", .live, "a date with other hours; counts before everything else", "个别日期的时间，优先于其他规则"),
        .init(
            "hours.calendar", .live, "calendar of statutory holidays and make-up workdays, such as cn", "节假日和调休所用的日历"),
        .init(
            "hours.holidays", .live, fallback: "closed, where there is a calendar",
            "hours of a statutory day off: closed, open (as the weekday), mon to sun, or times", "法定节假日的时间"),
        .init(
            "hours.market.endings", .live, "market days: days of the month that end in these digits, such as 1 4 7",
            "逢场日：日期尾数"),
        .init("hours.market.every", .live, "market days: every so many days", "逢场日：每隔几天一场"),
        .init("hours.market.from", .live, "a market day from which every is counted", "逢场日：从哪天数起"),
        .init("hours.market.hours", .live, "hours of a market day", "逢场日的时间"),
        .init(
            "hours.maintenance.*", .live, "times of a weekday at which the PC may be served though the zone is open",
            "维护时段"),
        .init(
            "hours.grace", .live, fallback: "10m", "how late the zone may be in use before it was opened late",
            "开放后多久未启用算迟"),
        .init(
            "hours.sign", .live, fallback: "keep", "dark: LED signs are dark while the zone is closed", "非开放时间电子屏熄灭或保持"),
        .init("hub.url", .restart, "address of the hub's port for agents", "区级平台上报地址"),
        .init("network.portals.*.name", .live, "name of a government portal that must open", "门户网站名称"),
        .init("network.portals.*.url", .live, "its address", "门户网站网址"),
        .init("network.portals.*.mark", .live, "text that the real page contains", "网页标记文字"),
        .init("devices.*.id", .live, "id of a device", "设备编号"),
        .init("devices.*.kind", .live, "what it is", "设备类别"),
        .init("devices.*.uri", .live, "its address, when it is not found by itself", "设备地址"),
        .init("devices.*.match.*", .live, "udev property that a found device must have", "识别设备的属性"),
        .init("devices.*.display", .live, "of a touch panel: id of the display on which it lies", "触摸屏对应的显示屏编号"),
        .init("devices.*.place", .live, "where it stands", "设备位置"),
        .init(
            "devices.*.collect", .live, fallback: "beside the citizen", "where citizens take what it printed",
            "打印好后到哪里取"),
        .init("devices.*.watch", .live, fallback: "machine", "machine, or person: checked by hand", "由系统还是人工检查"),
        .init("nodes.*.node", .live, "id of a PC of the zone", "专区内电脑编号"),
        .init("nodes.*.place", .live, "where it stands", "电脑位置"),
        .init(
            "fees.policy", .live, fallback: "forbidden", "forbidden: nothing costs anything; approved: by a document",
            "收费政策：禁止或经核定"),
        .init("fees.document", .live, "number of the document that approves the prices", "核定文件号"),
        .init("fees.prices.*.item", .live, "what a price is for, as on the posted list", "收费项目"),
        .init("fees.prices.*.service", .live, "print, copy, scan or form", "收费服务"),
        .init("fees.prices.*.color", .live, "color or monochrome; both if absent", "彩色或黑白"),
        .init("fees.prices.*.paper", .live, "a4, a3, a5 or b5; all if absent", "纸张"),
        .init("fees.prices.*.per", .live, "side, sheet or job", "计费单位"),
        .init("fees.prices.*.price", .live, "yuan", "单价（元）"),
        .init("forms.printer", .live, "prints forms where no device is named", "打印表格的打印机"),
        .init(
            "forms.kioskCopies", .live, fallback: "1", "copies of a form that the kiosk may print at once", "查询机一次可打份数"),
        .init("devices.*.vendor", .live, "who repairs it: the id of one of vendors", "维修厂家"),
        .init("vendors.*.id", .live, "names a vendor in this file", "厂家编号"),
        .init("vendors.*.company", .live, "the company that repairs", "厂家名称"),
        .init("vendors.*.phone", .live, "whom to call", "报修电话"),
        .init("vendors.*.contract", .live, "number of the contract", "合同编号"),
        .init(
            "cases.openAfterMinutes", .live, fallback: "10", "opening hours a fault must last before it is a case",
            "故障持续多久自动报修（开放时间内分钟）"),
        .init(
            "cases.fixedAfterMinutes", .live, fallback: "120", "minutes without the fault before it counts as fixed",
            "恢复多久算修复（分钟）"),
        .init("cases.fault", .live, "working time for a fault, such as 8h or 3d; none if absent", "故障办理时限"),
        .init("cases.warning", .live, "working time for a warning", "需处理事项办理时限"),
        .init("cases.citizen", .live, "working time for what a citizen reports", "群众反映办理时限"),
        .init("cases.staff", .live, "working time for what staff report", "工作人员报修办理时限"),
        .init("cases.inspection", .live, "working time for what an inspection finds", "现场检查发现问题办理时限"),
        .init("kiosk.app.unit", .live, "system unit of the kiosk's program", "查询程序的服务名"),
        .init(
            "kiosk.app.heartbeat", .live, fallback: "false", "whether the program gives signs of life", "查询程序是否定时报告"),
        .init("kiosk.app.silence", .live, fallback: "90s", "so long without a sign, and it does not live", "多久没有报告算卡住"),
        .init(
            "browser.policies", .live, fallback: BrowserConfig.usualFolder, "folders of managed policies",
            "浏览器策略文件夹"),
        .init("browser.homepage", .live, "home page that the browser must have", "浏览器首页"),
        .init("browser.bookmarks.*.name", .live, "name of a favourite", "收藏名称"),
        .init("browser.bookmarks.*.url", .live, "its address", "收藏网址"),
        .init(
            "browser.leaveNothing", .live, fallback: "true", "no logins, cookies and history beyond the session",
            "浏览器不留痕迹"),
        .init(
            "browser.downloads", .live, fallback: "as the browser has it", "forbidden, or the folder for them",
            "下载：禁止或存放处"),
        .init("residue.folders", .live, "folders in which nothing of a citizen may be left", "不得留有群众文件的文件夹"),
        .init("residue.clear", .live, fallback: "false", "whether what is left there is removed", "是否自动清除"),
        .init(
            "residue.restartApp", .live, fallback: "false", "whether the program is started anew after each use",
            "每次使用后是否重开查询程序"),
        .init(
            "checks.monthly.day", .live, "day of the month by which a full check must be done; no duty if absent",
            "每月设备检查的期限（几号）"),
        .init(
            "checks.monthly.remind", .live, fallback: "lastWorkdayBefore",
            "lastWorkdayBefore: remind from the last workday before; or none", "提前提醒的方式"),
        .init("sheet.unit", .live, "who fills in the sheets; written by hand if absent", "填报单位"),
        .init("sheet.superior", .live, "the unit above it; written by hand if absent", "主管单位"),
        .init("sheet.recipient", .live, "to whom the sheets are sent; written by hand if absent", "报送单位"),
        .init("sheet.person", .live, "name or post of who fills them in; no line if absent", "填报人"),
        .init("assets.*", .live, "asset number of the device with this id", "资产编号"),
        .init("journal.sizeMiB", .restart, fallback: "64", "bound of the journal in MiB", "运行记录空间上限"),
        .init("journal.days", .restart, fallback: "90", "how long history is kept, in days", "运行记录保存天数"),
    ]

    /// The key that describes a path such as `devices.printer-sim.uri`; ids and names may have dots in them.
    package static func describing(_ path: String) -> ConfigurationKey? {
        // Of several that fit, the one that says most: `devices.*.match.*` before `devices.*.id`.
        all.filter { $0.describes(path) }.max { $0.path.count < $1.path.count }
    }

    private func describes(_ text: String) -> Bool {
        let parts = path.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return path == text }
        guard text.hasPrefix(first) else { return false }
        var rest = text.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() {
            guard let found = rest.firstRange(of: part), found.lowerBound > rest.startIndex else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last) && rest.count > last.count
    }

    /// Whether `name` is this key, one that it describes, or a mapping around it; what `locked` may name.
    func isWithin(_ name: String) -> Bool {
        guard !name.contains("*") else { return false }
        let list = String(path.prefix { $0 != "*" })
        let item = name.hasPrefix(list) && list != path ? name.dropFirst(list.count) : ""
        let isItem = !item.isEmpty && !item.contains(".")
        return describes(name) || path.hasPrefix("\(name).") || isItem
    }
}
