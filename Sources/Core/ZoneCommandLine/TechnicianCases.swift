import ZoneCases
import ZoneControlClient
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl cases` and `zonectl case`.
extension Technician {
    package func cases(asJSON: Bool) async throws {
        let all = try await agent.get([CaseJSON].self, "/v1/cases?limit=1000")
        show(asJSON ? try WireCoding.text(all) + "\n" : CaseTable.text(all))
    }

    package func reportCase(device: String?, text: String?, isInspection: Bool) async throws {
        let report = CaseReportJSON(device: device, text: text, foundBy: isInspection ? .inspection : nil)
        show(CaseTable.story(try await agent.post(CaseJSON.self, "/v1/cases", report)))
    }

    /// - Parameter name: the id, its last characters, or the number.
    package func caseFile(_ name: String, step: String?, text: String?, asJSON: Bool) async throws {
        let id = try await find(name)
        var file: CaseJSON
        if let step {
            struct Step: Encodable {
                var step: String
                var text: String?
            }
            file = try await agent.post(CaseJSON.self, "/v1/cases/\(id)/entries", Step(step: step, text: text))
        } else {
            file = try await agent.get(CaseJSON.self, "/v1/cases/\(id)")
        }
        show(asJSON ? try WireCoding.text(file) + "\n" : CaseTable.story(file))
    }

    private func find(_ name: String) async throws -> String {
        if ULID(name) != nil { return name }
        let all = try await agent.get([CaseJSON].self, "/v1/cases?limit=1000")
        return try CaseName.find(name, among: all).text
    }
}

package enum CaseName {
    private static let shortest = 4

    /// - Parameter name: the last characters of an id, or the number of the year.
    package static func find(_ name: String, among files: [CaseJSON]) throws(SocketClientError) -> ULID {
        let shown = name.cleaned(limit: 40)
        guard name.count >= shortest else {
            throw SocketClientError(
                message: "“\(shown)”太短，请输入编号或至少末\(shortest)位，用 zonectl cases 查看。"
                    + " \(shown) is too short: give the number, or the last \(shortest) characters at least; see zonectl cases."
            )
        }
        let fitting = files.filter { $0.number == name || $0.id.text.hasSuffix(name.uppercased()) }
        guard let only = fitting.first, fitting.count == 1 else {
            throw SocketClientError(
                message: "“\(shown)”对应 \(fitting.count) 件，请用 zonectl cases 查看后输入完整编号。"
                    + " \(fitting.count) cases are called \(shown): see zonectl cases, and give the whole id.")
        }
        return only.id
    }
}

package enum CaseTable {
    package static func text(_ files: [CaseJSON]) -> String {
        guard !files.isEmpty else { return "没有报修件。 There are no cases.\n" }
        var table = TextTable(
            header: ["编号 NO.", "设备 DEVICE", "故障现象 WHAT", "发现方式 FOUND BY", "状态 STATE", "反映 REPORTS", "剩余 LEFT"])
        for file in files {
            table.add([
                file.number ?? file.short, device(file), file.headline.zh, file.foundByText ?? "—", file.stateText,
                "\(file.reports)", file.leftText ?? "—",
            ])
        }
        return table.text
    }

    package static func story(_ file: CaseJSON) -> String {
        var lines = [
            "\(file.number ?? file.short)  \(file.headline.zh)  \(file.stateText)  \(file.headline.en)",
            "编号 id \(file.id)  设备 device \(device(file))  期限 deadline \(file.deadline.map(ZoneCivil.text) ?? "—")",
        ]
        if let follows = file.follows { lines.append("上一件 follows \(follows)") }
        if let vendor = file.vendor {
            let facts = [vendor.phone, vendor.contract, vendor.model, vendor.serial].compactMap(\.self)
            lines.append("厂家 vendor \(([vendor.company] + facts).joined(separator: "  "))")
        }
        lines += file.entries.map { entry in
            let what = entry.step?.zh ?? entry.word
            let more = [entry.number, entry.text].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "  ")
            return "  \(ZoneCivil.text(entry.at))  \(entry.role.zh)  \(what)  \(more)"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func device(_ file: CaseJSON) -> String {
        guard let device = file.device else { return "全专区 zone" }
        return file.place.map { "\(device)（\($0)）" } ?? device.text
    }
}
