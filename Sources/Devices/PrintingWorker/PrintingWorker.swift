// Purpose: the child process that speaks to printers by libcups, so that neither its crash nor a blocking name
// look-up costs the agent anything. The only importer of CCUPS.
import Dispatch
import Glibc
import Synchronization
import ZoneLinux
import ZonePrinting

/// `zone-agent worker printing`: JSON lines on standard input and output, one thread per printer, ends with its input.
package final class PrintingWorker: Sendable {
    private let lanes = Mutex<[String: DispatchQueue]>([:])
    private let output = DispatchQueue(label: "worker-output")
    private let fd: CInt

    package init(output fd: CInt = STDOUT_FILENO) { self.fd = fd }

    /// Blocks until the input ends.
    package func run(input: CInt = STDIN_FILENO) {
        var cutter = LineCutter()
        while case .bytes(let bytes) = ReadableStream.read(input) {
            guard let lines = try? cutter.take(bytes) else { return }
            for line in lines {
                guard let request = WorkerLine.decode(WorkerRequest.self, line) else { return }
                accept(request)
            }
        }
    }

    private func accept(_ request: WorkerRequest) {
        let received = DispatchTime.now()
        lane(request.query.device).async { [self] in
            let deadline = received + .milliseconds(request.deadlineMs)
            let reply = reply(to: request, deadline: deadline)
            output.async { [fd] in
                // The parent is gone when this fails; the input ends too, and with it this process.
                try? SmallFile.write(WorkerLine.encode(reply), to: fd, naming: "reply")
            }
        }
    }

    private func lane(_ device: String) -> DispatchQueue {
        lanes.withLock { lanes in
            if let lane = lanes[device] { return lane }
            let lane = DispatchQueue(label: "printer-\(device)")
            lanes[device] = lane
            return lane
        }
    }
}
