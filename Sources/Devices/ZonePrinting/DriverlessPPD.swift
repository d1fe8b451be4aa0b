/// What `driverless` has written out of a stranger's words: every string in it may be the printer's (CVE-2024-47175).
package enum DriverlessPPD {
    /// ippeveprinter's has 4 KiB.
    package static let limit = 1 << 20

    /// Arguments of lpadmin(8). A printer that is off for a minute ends the job, where the backend would try for a week
    /// (contimeout of backend/ipp.c), and a job that fails is given up: nobody waits for it hours later.
    package static func lpadmin(_ queue: String, uri: String, file: String) -> [String] {
        ["-p", queue, "-E", "-v", "\(uri)?contimeout=60", "-P", file, "-o", "printer-error-policy=abort-job"]
    }

    /// - Returns: what speaks against giving it to cupsd; `nil`: nothing.
    package static func complaint(_ text: String) -> String? {
        guard text.hasPrefix("*PPD-Adobe") else { return "no PPD" }
        guard text.utf8.count < limit else { return "too large" }
        for line in text.split(whereSeparator: \.isNewline) {
            let word = line.lowercased()
            // A command in the PPD, run by foomatic-rip as the print system's user (CVE-2024-47177).
            if word.contains("foomatic") { return "a command for foomatic-rip" }
            if word.hasPrefix("*cupsfilter") || word.hasPrefix("*cupsprefilter"), !hasPlainFilter(word) {
                return "a filter of its own"
            }
        }
        return nil
    }

    /// The last word of the value is a program: `-`, or the name of one of cups-filters.
    private static func hasPlainFilter(_ line: String) -> Bool {
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count == 3, let program = parts[1].split(separator: " ").last else { return false }
        return program == "-" || program.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789".utf8.contains($0) }
    }
}
