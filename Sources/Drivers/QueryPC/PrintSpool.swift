import Glibc
import ZoneLinux
import ZoneModel

/// The documents that cupsd keeps (RequestRoot of cups-files.conf): `d00012-001` is the first one of job 12
/// (scheduler/job.c of CUPS 2.4). With the settings of a zone PC no job lives longer than 20 minutes (MaxHoldTime and
/// MaxJobTime, 600 s each), and its documents go with it; so what is older was left behind, and belongs to somebody.
/// cupsd is not asked: whether it runs or not, nothing that old may lie there.
package struct PrintSpool: Sendable {
    package static let patience = Duration.seconds(1800)

    private let path: String

    package init(_ path: String) { self.path = path }

    /// - Returns: what is to be said of it; nothing where there is no cupsd. Names and contents are not looked at.
    package func symptoms(at now: WallTime) -> [Symptom] {
        do throws(SystemError) {
            _ = try OwnedFD(path: path, flags: O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        } catch {
            guard error.errno != ENOENT else { return [] }
            return [Symptom(.printerSpoolLeft, .unknown(reason: error.errno == EACCES ? "permission" : "\(error)"))]
        }
        let limit = (now.milliseconds - PrintSpool.patience.milliseconds) / 1000
        let left = modificationTimes().filter { $0 < limit }
        guard let oldest = left.min() else { return [Symptom(.printerSpoolLeft, .fine)] }
        let hours = (now.milliseconds / 1000 - oldest) / 3600
        return [
            Symptom(
                .printerSpoolLeft, .wrong(evidence: "\(left.count) documents in \(path), the oldest is \(hours) h old"))
        ]
    }

    /// Of every document, in seconds since 1970.
    private func modificationTimes() -> [Int64] {
        SmallFile.list(path).compactMap { name in
            guard name.hasPrefix("d"), name.dropFirst().first?.isNumber == true else { return nil }
            var facts = stat()
            guard lstat("\(path)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
            return Int64(facts.st_mtim.tv_sec)
        }
    }
}
