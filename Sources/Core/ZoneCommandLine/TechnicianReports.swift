import Glibc
import NIOHTTP1
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneSheets
import ZoneTime
import ZoneWire

/// `zonectl report`.
extension Technician {
    private func route(_ period: SheetPeriod, _ query: String) -> String { "/v1/reports/\(period)\(query)" }

    /// A few lines for the terminal, or the sheet in a form for people.
    /// - Parameter file: `nil`: to the terminal.
    package func report(
        _ period: SheetPeriod, as format: PaperFormat?, to file: String?, isDraft: Bool
    ) async throws {
        let format = format ?? file.flatMap(ReportFile.format)
        let draft = isDraft ? "&draft=yes" : ""
        guard let format else {
            let frozen = try await agent.get(FrozenSheet.self, route(period, "?format=json\(draft)"))
            return show(try ReportTable.text(frozen))
        }
        let bytes = try await bytes(route(period, "?format=\(format.rawValue)\(draft)"))
        try hand(bytes, as: format, to: file)
    }

    package func reports() async throws {
        show(ReportTable.list(try await agent.get([IssuedReport].self, "/v1/reports")))
    }

    package func issueReport(_ period: SheetPeriod, _ remarks: SheetRemarks) async throws {
        show(ReportTable.issued(try await agent.post(IssuedReport.self, route(period, ""), remarks)))
    }

    package func paper(_ kind: SmallPaper, device: String?, as format: PaperFormat, to file: String?) async throws {
        let about = device.map { "&device=\(PathSegment.encode($0))" } ?? ""
        let bytes = try await bytes("/v1/papers/\(kind.rawValue)?format=\(format.rawValue)\(about)")
        try hand(bytes, as: format, to: file)
    }

    /// Draws a frozen sheet once more; needs no agent.
    /// - Throws: `ReportTrouble.changed` for one that is not as it was written: nothing of it is drawn with its old number.
    package func renderReport(_ source: String, as format: PaperFormat, to file: String?) throws {
        let frozen = try ReportFile.read(source)
        if let finding = try SheetVerifier.findings(frozen).first { throw ReportTrouble.changed(source, finding) }
        try hand(try frozen.bytes(as: format), as: format, to: file)
    }

    /// Holds a frozen sheet against its hashes, and against what this PC's agent issued.
    /// - Returns: whether nothing speaks against it.
    package func verifyReport(_ file: String) async throws -> Bool {
        let frozen = try ReportFile.read(file)
        let findings = try SheetVerifier.findings(frozen)
        for finding in findings { show("✘ \(finding.zh) \(finding.en)\n") }
        guard findings.isEmpty else { return false }
        guard let issue = frozen.issue else {
            show("✘ 这是草稿，没有签发。 This is a draft: nobody has issued it.\n")
            return false
        }
        show(
            "✔ 文件内容与校验码一致：\(frozen.seal.short)，第\(issue.revision)版。 The file is whole: revision \(issue.revision).\n"
        )
        let (isFine, line) = ReportTable.comparison(
            frozen, with: try? await agent.get([IssuedReport].self, "/v1/reports"))
        show(line)
        return isFine
    }

    private func bytes(_ route: String) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in try await agent.stream(.GET, route) {
            bytes += part
            guard bytes.count <= 4 * FrozenSheet.mostBytes else { throw ReportTrouble.tooLong }
        }
        return bytes
    }

    private func hand(_ bytes: [UInt8], as format: PaperFormat, to file: String?) throws {
        guard let file else {
            guard format != .docx else { throw ReportTrouble.needsFile }
            return show(String(decoding: bytes, as: UTF8.self))
        }
        let output: OwnedFD
        do throws(SystemError) { output = try OwnedFD.create(file, mode: 0o644) } catch {
            if error.errno == EEXIST { throw FileIsThere(file: file) }
            throw error
        }
        try SmallFile.write(bytes, to: output.raw, naming: file)
        show("已写入 written: \(file)（\(bytes.count) 字节 bytes）\n")
    }
}

extension SheetPeriod {
    /// As somebody types it.
    package static func typed(_ text: String) throws(ReportTrouble) -> SheetPeriod {
        guard let period = SheetPeriod(text) else { throw .noPeriod(text.cleaned(limit: 40)) }
        return period
    }
}

/// What stands between a technician and a sheet, in both languages.
package enum ReportTrouble: Error, CustomStringConvertible {
    case tooLong, needsFile
    case noPeriod(String)
    case unreadable(String, String)
    case changed(String, SheetFinding)

    package var description: String {
        switch self {
        case .tooLong: "报表过长，请联系技术支持。 The sheet is longer than any sheet: ask for help."
        case .needsFile: "docx 不能显示在终端，请加 --out 文件名。 A document is no text: add --out FILE."
        case .noPeriod(let text):
            "没有“\(text)”这一期，请写成 2026-03-05、2026-03、2026-Q1 或 2026。 \(text) is no period: write 2026-03-05, 2026-03, 2026-Q1 or 2026."
        case .unreadable(let file, let why):
            "\(file) 不是签发的报表文件（.json）：\(why)。 Not an issued sheet (.json): \(why)."
        case .changed(let file, let finding):
            "\(file) 与其校验码不符，不再画出：\(finding)（zonectl report verify）"
        }
    }
}

/// A frozen sheet on the disk.
enum ReportFile {
    static func read(_ path: String) throws -> FrozenSheet {
        let bytes = try SmallFile.readBytes(path, limit: FrozenSheet.mostBytes)
        do { return try FrozenSheet(bytes: bytes) } catch {
            throw ReportTrouble.unreadable(path, WireCoding.explain(error))
        }
    }

    /// By the ending of a name.
    static func format(_ name: String) -> PaperFormat? {
        name.split(separator: ".").last.flatMap { PaperFormat(rawValue: $0.lowercased()) }
    }
}
