import Logging
import PrintingWorker
import ZoneLinux
import ZonePrinting
import ZoneTime

/// The real worker and its client, joined by a socket pair in one process; the child itself is under test in
/// EndToEndTests.
enum WorkerRig {
    static func client() -> PrintingWorkerClient {
        // A busy machine may let it wait longer than the agent would.
        PrintingWorkerClient(clock: SystemClock(), grace: .seconds(15), log: Logger(label: "test")) { fd in
            await BlockingLane(label: "worker").run {
                PrintingWorker(output: fd).run(input: fd)
                _ = OwnedFD(adopting: fd)
            }
        }
    }
}
