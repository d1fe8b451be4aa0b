import Glibc
import ZoneLinux

/// Where the lines of a run go when standard output is for its result.
package enum FleetProgress {
    package static func standardError(_ line: String) {
        // Nobody is left to tell when it is closed.
        try? SmallFile.write(Array(line.utf8), to: STDERR_FILENO, naming: "standard error")
    }
}
