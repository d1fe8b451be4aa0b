import ZoneConfig
import ZoneModel
import ZonePrinting

/// What was found.
enum AdoptionTable {
    static func text(
        _ printers: [AdoptedPrinter], _ silences: [(address: String, silence: PrinterSilence)]
    ) -> String {
        var text = ""
        if !printers.isEmpty {
            var table = TextTable(header: ["编号 ID", "型号 MODEL", "序列号 SERIAL", "地址 ADDRESS", "agent.yaml"])
            for printer in printers {
                table.add([
                    printer.id.text, printer.model ?? "?", printer.serial ?? "?", printer.uri,
                    printer.isConfigured ? "已有 there" : "新 new",
                ])
            }
            text += table.text
        }
        for (address, silence) in silences {
            let words = ReasonWords(silence.kind.rawValue, of: .printer)
            text += "\(address)：\(words.meaning.zh)；\(words.remedy.zh)\n".lineCleaned
            text += "    \(words.meaning.en); \(words.remedy.en)\n".lineCleaned
        }
        return text
    }

    /// What agent.yaml lacks.
    static func paste(_ entries: [String], _ places: Places) -> String {
        """
        粘贴到 \(places.agentConfig) 的 devices: 下面，或加上 --write：
        To be pasted below devices: of \(places.agentConfig), or run it again with --write:

        \(entries.joined(separator: "\n"))

        """
    }

    /// - Parameter hasUSB: a printer is plugged in that nobody serves.
    static func nothing(hasUSB: Bool) -> String {
        let usb = """
            有 USB 打印机，但没有 ipp-usb 为它服务 a USB printer is plugged in and nothing serves it:
                sudo apt-get install --no-install-recommends ipp-usb

            """
        return "没有找到打印机。写明地址，或在本网段查找： No printer was found. Name its address, or search the network:\n"
            + "    zonectl printers adopt 192.168.1.7\n    zonectl printers adopt --network 192.168.1.0/24\n"
            + (hasUSB ? usb : "")
    }
}

extension String {
    fileprivate var lineCleaned: String { cleaned(limit: 400) + "\n" }
}

extension SiteProposal {
    /// Of a printer, for agent.yaml.
    static func entry(_ printer: AdoptedPrinter) -> [String] {
        let serial = printer.serial.map { "，序列号 serial \($0)" } ?? ""
        return [
            "  # \(Words.kind(.printer)) \(printer.model ?? "")\(serial)".remark, "  - id: \(printer.id)",
            "    kind: printer", "    uri: \(printer.uri.quoted)", "    # place: 大厅东侧  # 位置 where it stands",
        ]
    }
}
