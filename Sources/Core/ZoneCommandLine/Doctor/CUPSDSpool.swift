import Glibc
import ZoneLinux
import ZoneModel

/// Documents that cupsd still has although nobody waits for them. Their names and contents are nobody's business: only
/// how many there are, and how old the oldest is.
enum CUPSDSpool {
    private static let id = "cupsd.spool"
    private static let standard = "/var/spool/cups"

    /// RequestRoot of cups-files.conf.
    static func folder(_ files: CUPSDText?) -> String {
        guard let path = files?.all("RequestRoot").last?.value, path.hasPrefix("/") else { return standard }
        return path
    }

    static func findings(_ system: String, _ folder: String, _ patient: Patient) async -> [Finding] {
        switch await patient.facts(system + folder) {
        case .missing: return [.ok(id, "没有留下的文件。", "No document was left behind.")]
        case .notPermitted: return [.hidden(id, folder)]
        case .failed(let detail): return [.unreadable(id, folder, detail)]
        case .seen: break
        }
        guard await patient.look({ FileFacts.canRead(system + folder) }) else { return [.hidden(id, folder)] }
        let found = await patient.look { SpooledDocument.all(in: system + folder) }
        let wall = patient.wall
        let waiting = found.isEmpty ? [] : await waiting(patient)
        guard let waiting else {
            return [
                .unknown(
                    id, "\(folder) 有 \(found.count) 个文件，但问不到有没有等待的打印任务。",
                    "\(folder) has \(found.count) documents, and whether jobs wait cannot be asked.",
                    Saying("sudo systemctl restart cups，再运行一次", "sudo systemctl restart cups, then run this again"))
            ]
        }
        let left = found.filter { !waiting.contains($0.job) }
        guard let oldest = left.map(\.modified).min() else {
            return [.ok(id, "没有留下的文件。", "No document was left behind.")]
        }
        let minutes = max(0, wall.milliseconds / 60_000 - oldest / 60)
        return [
            .warning(
                id, "\(folder) 留有 \(left.count) 个打印过的文件，最早的是 \(minutes) 分钟前的。",
                "\(folder) still has \(left.count) documents of jobs that are over, up to \(minutes) minutes old.",
                Saying(
                    "sudo cancel -a -x（清空全部任务），再 sudo zonectl printers cupsd set",
                    "sudo cancel -a -x (forgets all jobs), then sudo zonectl printers cupsd set"))
        ]
    }

    /// Numbers of the jobs that are not over; `nil` when nobody knows.
    private static func waiting(_ patient: Patient) async -> Set<Int>? {
        switch await patient.programs.run("lpstat", ["-o"], within: .seconds(4)) {
        // lpstat(1): `QUEUE-NUMBER  USER  SIZE  WHEN`, nothing when there is none.
        case .ended(0, let words):
            let names = words.split(separator: "\n").compactMap { $0.split(separator: " ").first }
            return Set(names.compactMap { name in name.split(separator: "-").last.flatMap { Int($0) } })
        // Without a scheduler nothing is under way, and all of it stays.
        case .ended, .missing: return []
        case .overran, .failed: return nil
        }
    }
}

/// `d00012-001`: the first document of job 12 (scheduler/job.c).
private struct SpooledDocument: Sendable {
    let job: Int
    /// Seconds since 1970.
    let modified: Int64

    static func all(in folder: String) -> [SpooledDocument] {
        SmallFile.list(folder).compactMap { name in
            guard name.hasPrefix("d"), let job = Int(name.dropFirst().prefix { $0 != "-" }), name.contains("-") else {
                return nil
            }
            var facts = stat()
            guard lstat("\(folder)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
            return SpooledDocument(job: job, modified: Int64(facts.st_mtim.tv_sec))
        }
    }
}
