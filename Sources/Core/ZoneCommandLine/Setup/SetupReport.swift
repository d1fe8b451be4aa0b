import ZoneModel

/// What setup shows: what was found, then what to do with it.
package enum SetupReport {
    package static func text(_ survey: HardwareSurvey) -> String {
        [devices(survey), lines(survey), printers(survey)].filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }

    private static func devices(_ survey: HardwareSurvey) -> String {
        var table = TextTable(header: ["编号 ID", "类别 KIND", "设备 WHAT", "设备文件 NODE", "识别依据 STABLE KEY", "编号来自 ID FROM"])
        for device in survey.devices {
            table.add([
                device.id.text, "\(Words.kind(device.kind)) \(device.kind.rawValue)", device.name, device.node,
                device.key, origin(device.origin),
            ])
        }
        let none = "没有找到能用的设备。 Nothing was found that a driver is for.\n"
        let strangers = survey.unmatched.map {
            "没有硬件资料适合 no profile fits: \($0)".cleaned(limit: 200) + "\n"
        }
        return (survey.devices.isEmpty ? none : table.text) + strangers.joined()
    }

    private static func origin(_ origin: FoundDevice.Origin) -> String {
        switch origin {
        case .configured: "agent.yaml"
        case .known: "已有绑定 bindings.yaml"
        case .new: "新 new"
        }
    }

    private static func lines(_ survey: HardwareSurvey) -> String {
        guard !survey.lines.isEmpty else { return "" }
        var table = TextTable(header: ["串口 SERIAL LINE（可能接LED屏 perhaps an LED card）", "转换器 ADAPTER"])
        for line in survey.lines { table.add([line.name, line.what]) }
        return table.text
    }

    private static func printers(_ survey: HardwareSurvey) -> String {
        guard !survey.printers.isEmpty else { return "" }
        var table = TextTable(header: ["USB 打印机 USB PRINTER", "USB"])
        for printer in survey.printers { table.add([printer.what, printer.usbID]) }
        return table.text
            + "接在 USB 口上只能看到缺纸和脱机；接上网络并填写 uri: ipp://地址/ipp/print，还能看到墨粉和页数。"
            + " At its USB port it tells paper and off-line only, with uri: ipp://ADDRESS/ipp/print more.\n"
    }

    /// - Parameter option: to be typed behind the command, such as ` --root DIR`.
    package static func proposal(_ text: String, _ path: String, option: String) -> String {
        """
        建议的 proposed \(path)：

        \(text)
        没有写入任何文件；写入用 nothing was written; to write it: sudo zonectl setup --zone 编号 --write\(option)

        """
    }

    package static func missing(_ text: String, _ path: String) -> String {
        guard !text.isEmpty else {
            return "\(path) 已有全部设备。 \(path) has every device that was found.\n"
        }
        return """
            以下设备还不在 \(path) 中，没有它们也会自动编号；要写明位置，请粘贴到 devices: 下面。
            These are not in \(path) yet. They get the same ids without it; to give them a place, paste below devices:

            \(text)
            然后 then: zonectl config reload

            """
    }
}
