import ZoneModel

/// Reasons of devices in plain words: what the word in `reason` means, and what to do.
package struct ReasonWords: Sendable, Hashable {
    package let meaning: Saying
    package let remedy: Saying

    init(_ meaning: Saying, _ remedy: Saying) { (self.meaning, self.remedy) = (meaning, remedy) }

    /// A reason that this program does not know is shown as it is.
    /// - Parameter kind: a printer's `refused` is a connection's, other devices' is a request's.
    package init(_ reason: String, of kind: DeviceKind? = nil) {
        if let known = kind == .printer ? ReasonWords.printing[reason] : nil {
            self = known
        } else if let known = ReasonWords.table[reason] {
            self = known
        } else if reason.hasPrefix("noAnswerFor") {
            self = ReasonWords.silent
        } else {
            let word = reason.cleaned(limit: 60)
            self.init(Saying("原因“\(word)”", "reason “\(word)”"), Remedy.readTheLog)
        }
    }

    /// Whether there are words of its own for `reason`.
    package static func knows(_ reason: String) -> Bool { table[reason] != nil || reason.hasPrefix("noAnswerFor") }

    private static let silent = ReasonWords(
        Saying("很久没有应答了", "it has not answered for long"),
        Saying("看电源和数据线，然后立即检查：zonectl probe 设备编号", "Look at its power and cable, then ask it now: zonectl probe ID"))

    private static let table: [String: ReasonWords] = opening.merging(asking) { first, _ in first }
        .merging(course) { first, _ in first }.merging(printing) { first, _ in first }

    /// It could not be opened.
    private static let opening: [String: ReasonWords] = [
        "absent": ReasonWords(
            Saying("找不到设备：没有接上、没有通电，或地址不对", "it is not there: not plugged in, no power, or a wrong address"),
            Saying(
                "看电源和插头；有地址的，核对 agent.yaml 里的 uri",
                "Look at its power and plug; if it has an address, compare uri in agent.yaml")),
        "busy": ReasonWords(
            Saying("被别的程序占用", "another program holds it"),
            Saying(
                "关掉占用它的程序（sudo fuser -v 设备文件 可查），再 zonectl heal 设备编号 reopen",
                "End the program that holds it (sudo fuser -v NODE names it), then zonectl heal ID reopen")),
        "permission": ReasonWords(
            Saying("服务无权打开设备", "the service may not open it"),
            Saying(
                "服务须以 root 运行；看 zonectl doctor 的“权限”一节",
                "The service must run as root; see the part “Permissions” of zonectl doctor")),
        "unsupported": ReasonWords(
            Saying("这个地址或设备不受支持", "this address or device is not supported"),
            Saying(
                "核对 agent.yaml 里的 kind 和 uri，看 zonectl profiles explain",
                "Compare kind and uri in agent.yaml; see zonectl profiles explain")),
        "wrongHardware": ReasonWords(
            Saying("接上的不是这种设备", "what is plugged in is not this kind of device"),
            Saying(
                "核对型号和硬件资料：zonectl profiles explain 类别",
                "Compare the model with its profile: zonectl profiles explain KIND")),
        "wedged": ReasonWords(
            Saying("驱动卡住了", "its driver is stuck"),
            Saying(
                "给设备断电 10 秒再通电；仍不行：sudo systemctl restart zone-agent",
                "Cut its power for 10 s; if that does not help: sudo systemctl restart zone-agent")),
    ]

    /// It is open and does not do what it should.
    private static let asking: [String: ReasonWords] = [
        "timedOut": ReasonWords(
            Saying("在时限内没有应答", "it did not answer in time"),
            Saying("看电源、数据线和网络，然后：zonectl probe 设备编号", "Look at power, cable and network, then: zonectl probe ID")),
        "ioFailed": ReasonWords(
            Saying("读写出错，多为线缆或接口松动", "reading or writing failed, mostly a loose cable or port"),
            Saying("拔下重插，换一条线或换一个接口", "Plug it in again; try another cable or port")),
        "malformedReply": ReasonWords(
            Saying(
                "应答看不懂：波特率、协议或型号不对，或线路有干扰",
                "its answers make no sense: baud rate, protocol or model differ, or the line is noisy"),
            Saying(
                "核对 uri 里的波特率和型号；录一段交给开发人员：zonectl record 设备编号",
                "Compare baud rate and model in uri; record it for the developers: zonectl record ID")),
        "refused": ReasonWords(
            Saying("设备拒绝了请求", "the device said no"),
            Saying(
                "看 zonectl status --json 里的原因；网络设备请核对端口和是否允许本机访问",
                "See zonectl status --json; of a network device, compare the port, and whether this PC may use it"
            )),
        "budgetSpent": ReasonWords(
            Saying("今天的自动修复次数已用完", "healing was tried as often as it may be today"),
            Saying("需要人到现场看设备；明天自动恢复次数", "Somebody must look at it on site; the count begins anew tomorrow")),
    ]

    /// What happened to it, not what is wrong with it.
    private static let course: [String: ReasonWords] = [
        "notPlugged": ReasonWords(
            Saying("以前接过，现在没有接上", "it was plugged in before and is not now"),
            Saying(
                "把它插回去；不再使用的，从 agent.yaml 中删除",
                "Plug it in again; if it is no longer used, take it out of agent.yaml")),
        "unplugged": ReasonWords(
            Saying("刚刚被拔掉", "it was pulled out"),
            Saying("看插头是否松动，把它插回去", "See whether the plug is loose and plug it in again")),
        "disabled": ReasonWords(
            Saying("已被停用", "it has been taken out of use"),
            Saying("恢复使用：zonectl release 设备编号 disabled", "To use it again: zonectl release ID disabled")),
        "restarted": ReasonWords(
            Saying("服务刚重启，还没有查到这台设备", "the service has just started and has not seen it yet"),
            Saying("等一分钟再看：zonectl status", "Wait a minute and look again: zonectl status")),
    ]
}
