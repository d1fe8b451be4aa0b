import Glibc
import NIOHTTP1
import ZoneControlClient
import ZoneIdentity
import ZoneLinux
import ZoneModel
import ZoneTime
import ZoneWire

/// `zonectl export`: the history on a stick, for places that have no line to the hub.
extension Technician {
    /// Writes the signed file under its name only when it is whole and on the disk.
    package func export(to file: String) async throws {
        guard !SmallFile.exists(file) else { throw FileIsThere(file: file) }
        let part = file + ".part"
        show("正在准备… Preparing…\n")
        let pieces = try await agent.stream(.GET, "/v1/export")
        do {
            let output = try OwnedFD(path: part, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
            var tally = ExportTally()
            var told = clock.mono()
            for try await piece in pieces {
                try SmallFile.write(piece, to: output.raw, naming: part)
                try tally.take(piece)
                guard clock.mono().since(told) >= .seconds(1) else { continue }
                told = clock.mono()
                show("导出中 exporting: \(tally.events) 条事件 events, \(tally.bytes >> 10) KiB\n")
            }
            try tally.finish()
            try output.synchronize()
            guard rename(part, file) == 0 else { throw SystemError("rename \(part)") }
            settle(file)
            show(ExportTally.words(tally, file: file))
        } catch {
            SmallFile.remove(part)
            throw ExportBroken.explain(error)
        }
    }

    /// So that the name survives when the stick is pulled; not all file systems of sticks can do that for a folder.
    private func settle(_ file: String) {
        let folder = SmallFile.folder(of: file)
        let place = folder.isEmpty ? (file.hasPrefix("/") ? "/" : ".") : folder
        if let open = try? OwnedFD(path: place, flags: O_RDONLY | O_DIRECTORY) { _ = fsync(open.raw) }
    }
}

/// What came is not a whole export.
package struct ExportBroken: Error, CustomStringConvertible {
    package let description: String

    static func explain(_ error: any Error) -> any Error {
        guard let fault = error as? ExportFault else { return error }
        return ExportBroken(description: "没有导出，请再试一次。\(fault.zh) Not exported, try again. \(fault.en)")
    }
}

/// Reads an export as it passes: is it whole, how much is in it?
struct ExportTally {
    private struct Beat: Decodable {
        struct Row: Decodable { var at: WallTime }
        var events: [Row]?
    }

    private(set) var events = 0
    private(set) var bytes = 0
    private(set) var last: WallTime?
    private(set) var header: ExportHeader?
    private var framing = ExportFraming()

    mutating func take(_ piece: [UInt8]) throws {
        bytes += piece.count
        framing.feed(piece)
        while let line = try framing.next() {
            switch line.piece {
            case .header(let found): header = found
            case .heartbeat:
                let rows = (try WireCoding.decode(Beat.self, line.bytes)).events ?? []
                events += rows.count
                last = rows.last?.at ?? last
            case .mark, .signature: break
            }
        }
    }

    func finish() throws { try framing.finish() }

    static func words(_ tally: ExportTally, file: String) -> String {
        let name = tally.header.map { "\($0.name)" } ?? ""
        let until = (tally.last ?? tally.header?.createdAt).map { ZoneCivil.text($0) } ?? ""
        return """
            已写入 \(file)（\(name)）：\(tally.events) 条事件，截至 \(until)，并附当前状态。
            Written: \(tally.events) events until \(until), and the state of now.
            请带到监管中心导入 take it to the hub: zone-hub import \(SmallFile.name(of: file))

            """
    }
}

extension SmallFile {
    fileprivate static func name(of path: String) -> Substring { path.split(separator: "/").last ?? "" }
}
