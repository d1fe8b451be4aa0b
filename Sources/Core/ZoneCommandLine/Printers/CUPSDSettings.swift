import ZoneModel

/// A setting of cupsd that decides what becomes of citizens' documents and names, or who reaches the print system.
package struct CUPSDSetting: Sendable {
    package let name: String
    /// What zonectl writes.
    package let wanted: String
    /// What is wrong when it is otherwise.
    let why: Saying
    /// Whether a value will do; `nil`: it is not said, and cupsd's default holds (cupsd.conf(5)).
    let fits: @Sendable (String?) -> Bool

    /// Outside sections.
    package static let top: [CUPSDSetting] = [
        CUPSDSetting(
            "PreserveJobFiles", "No", Saying("打印过的文件留在硬盘上", "printed documents stay on the disk"),
            fits: { $0.map { seconds($0) == 0 } ?? false }),
        CUPSDSetting(
            "PreserveJobHistory", "3600", Saying("文件名长期留在硬盘上", "names of documents stay on the disk"),
            fits: { ($0.flatMap { seconds($0) }).map { $0 <= 3600 } ?? false }),
        CUPSDSetting(
            "MaxJobTime", "600", Saying("文件可能过几小时才打出来", "a document may come out hours later"), fits: isBounded),
        CUPSDSetting("MaxHoldTime", "600", Saying("搁置的文件一直留着", "held documents stay for good"), fits: isBounded),
        CUPSDSetting(
            "ErrorPolicy", "abort-job",
            Saying("打不出的文件会停住队列或以后再打", "a job that fails stops the queue or is tried later"),
            fits: { $0?.lowercased() == "abort-job" }),
        CUPSDSetting(
            "LogLevel", "warn", Saying("日志里有文件名和用户名", "the log has names of documents and users"),
            fits: { ["none", "emerg", "alert", "crit", "error", "warn"].contains($0?.lowercased() ?? "warn") }),
        CUPSDSetting(
            "PageLogFormat", "", Saying("每一页都记下用户和文件名", "each page is logged with user and document"),
            fits: { $0 == nil }),
        CUPSDSetting(
            "Browsing", "No", Saying("打印机向局域网公布", "printers are announced to the network"), fits: isFalse),
        CUPSDSetting(
            "WebInterface", "No", Saying("查询机的浏览器可以打开打印管理网页", "the kiosk's browser reaches the print system's pages"),
            fits: isFalse),
    ]

    /// In each `<Policy>`.
    package static let inPolicies: [CUPSDSetting] = [
        CUPSDSetting(
            "JobPrivateValues", "all", Saying("别人能看到文件名和用户", "others see documents' names and users"),
            fits: { $0?.lowercased() == "all" }),
        CUPSDSetting(
            "JobPrivateAccess", "default", Saying("任何人都能看到打印任务的内情", "everybody sees what jobs are about"),
            fits: { $0?.lowercased().split(separator: " ").contains("all") != true }),
    ]

    private init(_ name: String, _ wanted: String, _ why: Saying, fits: @escaping @Sendable (String?) -> Bool) {
        (self.name, self.wanted, self.why, self.fits) = (name, wanted, why, fits)
    }

    package var line: String { wanted.isEmpty ? name : "\(name) \(wanted)" }

    private static let isBounded: @Sendable (String?) -> Bool = { value in
        // Nought switches both off (cupsd.conf(5)).
        (value.flatMap { seconds($0) }).map { (1...600).contains($0) } ?? false
    }

    private static let isFalse: @Sendable (String?) -> Bool = { value in
        ["false", "off", "disabled", "no", "0"].contains(value?.lowercased() ?? "")
    }

    /// A time as cupsd reads it (scheduler/conf.c, parse_variable): a number with a unit, or a word.
    /// - Returns: `nil` for what cupsd does not understand, `Int.max` for `Yes`.
    static func seconds(_ value: String) -> Int? {
        let word = value.lowercased()
        if ["false", "off", "disabled", "no"].contains(word) { return 0 }
        if ["true", "on", "enabled", "yes"].contains(word) { return .max }
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number < 1 << 31 else { return nil }
        switch word.dropFirst(digits.count).first {
        case nil: return number
        case "m": return number * 60
        case "h": return number * 3600
        case "d": return number * 86_400
        case "w": return number * 604_800
        default: return nil
        }
    }
}

/// Something in cupsd.conf that is not as it should be.
package struct CUPSDFault: Sendable, Hashable {
    /// The setting's name, and what it should be.
    package let name: String
    package let wanted: String
    /// What is there instead; `nil`: nothing.
    package let value: String?
    package let file: String
    /// The line in force; `nil`: there is none.
    package let line: Int?
    package let why: Saying

    /// Who may connect is said by all lines together.
    static let listen = "Listen"

    package static func all(in text: CUPSDText) -> [CUPSDFault] {
        let top = CUPSDSetting.top.compactMap { setting in
            fault(setting, lines: text.all(setting.name), in: text, else: nil)
        }
        let policies = text.policies.flatMap { policy in
            let lines = text.inside(policy)
            return CUPSDSetting.inPolicies.compactMap { setting in
                let name = setting.name.lowercased()
                return fault(setting, lines: lines.filter { $0.name == name }, in: text, else: policy.number)
            }
        }
        return top + openDoors(in: text).map { openDoor($0, in: text) } + policies
    }

    private static func fault(
        _ setting: CUPSDSetting, lines: [CUPSDLine], in text: CUPSDText, else section: Int?
    ) -> CUPSDFault? {
        // Without a value cupsd passes a line over, but for the format, which it empties.
        let lines = lines.filter { $0.value != nil || setting.wanted.isEmpty }
        guard !setting.fits(lines.last?.value) else { return nil }
        return CUPSDFault(
            name: setting.name, wanted: setting.wanted, value: lines.last.map { $0.value ?? "" }, file: text.file,
            line: lines.last?.number ?? section, why: setting.why)
    }

    /// Lines by which other machines reach cupsd.
    static func openDoors(in text: CUPSDText) -> [CUPSDLine] {
        text.lines.filter { line in
            switch line.name {
            case "port", "sslport": line.isTop && line.value != nil
            case "listen", "ssllisten": line.isTop && line.value.map(isOpen) == true
            default: false
            }
        }
    }

    private static func isOpen(_ address: String) -> Bool {
        if address.hasPrefix("/") || address.hasPrefix("[::1]") { return false }
        let host = address.lowercased().prefix { $0 != ":" }
        return host != "localhost" && !(host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isNumber })
    }

    private static func openDoor(_ line: CUPSDLine, in text: CUPSDText) -> CUPSDFault {
        CUPSDFault(
            name: listen, wanted: CUPSDEdit.socket, value: "\(line.name) \(line.value ?? "")", file: text.file,
            line: line.number, why: Saying("局域网里谁都能连接打印系统", "everybody in the network reaches the print system"))
    }

    func finding(_ id: String, remedy: Saying) -> Finding {
        let place = line.map { "\(file):\($0)" } ?? file
        let value = value.map { $0.isEmpty ? "(empty)" : $0 }
        let wanted = wanted.isEmpty ? "(empty)" : wanted
        return .warning(
            id, "\(place) \(name) 应为 \(wanted)，现为 \(value ?? "未写明")：\(why.zh)。",
            "\(place): \(name) should be \(wanted), it is \(value ?? "not said"): \(why.en).", remedy)
    }
}
