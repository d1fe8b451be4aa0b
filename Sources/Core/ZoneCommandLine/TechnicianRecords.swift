import Glibc
import NIOHTTP1
import ZoneControlClient
import ZoneLinux
import ZoneModel
import ZoneTime

/// `zonectl record`.
extension Technician {
    package struct FileIsThere: Error, CustomStringConvertible {
        package let file: String
        package var description: String {
            "\(file) 已存在，请换一个文件名。 \(file) is there already: choose another name."
        }
    }

    /// Writes what passes at a device's port into a new file, with a line of progress each second.
    package func record(_ device: String, to file: String, seconds: Int, withContacts: Bool) async throws {
        let route =
            "/v1/devices/\(PathSegment.encode(device))/recording?seconds=\(seconds)&contacts=\(withContacts)"
        let lines = try await agent.stream(.POST, route)
        let output: OwnedFD
        do throws(SystemError) { output = try OwnedFD.create(file, mode: 0o600) } catch {
            if error.errno == EEXIST { throw FileIsThere(file: file) }
            throw error
        }
        var (bytes, count) = (0, 0)
        let begin = clock.mono()
        var told = begin
        for try await part in lines {
            try SmallFile.write(part, to: output.raw, naming: file)
            (bytes, count) = (bytes + part.count, count + part.count { $0 == UInt8(ascii: "\n") })
            guard clock.mono().since(told) >= .seconds(1) else { continue }
            told = clock.mono()
            show("录制中 recording \(told.since(begin).components.seconds)/\(seconds) s, \(count) 行 lines\n")
        }
        show(
            """
            已写入 \(file)：\(count) 行，\(bytes) 字节。 Written: \(count) lines, \(bytes) bytes.
            重放 replay it with: zonectl replay \(file)

            """)
    }
}
