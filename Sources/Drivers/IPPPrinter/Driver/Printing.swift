import DriverKit
import ZoneModel
import ZonePrinting
import ZoneTime

/// A document's way, as far as the printer tells it. Its word is not yet weighed against its counters.
extension IPPPrinterDevice: DocumentPrinter {
    private static let sending = Duration.seconds(120)
    private static let look = Duration.seconds(2)
    /// A printer that says nothing for this long has taken its secret along.
    private static let silenceLimit = Duration.seconds(300)
    private static let longest = Duration.seconds(1800)

    func printDocument(_ path: String, format: String, copies: Int) async -> PrintResult {
        switch await order(.print(path: path, format: format, copies: copies), within: IPPPrinterDevice.sending) {
        case .failure(let silence): return silence.asPrintResult
        case .success(let job):
            // The watcher lives on when the task is cancelled: only the printer knows how it ends.
            let watcher = Task { await self.watch(job) }
            return await withTaskCancellationHandler {
                await watcher.value
            } onCancel: {
                Task { _ = await self.order(.cancel(job.id), within: self.patience) }
            }
        }
    }

    /// Beside the questions about the printer's state, not behind them.
    private nonisolated func order(_ task: PrinterTask, within deadline: Duration) async -> Result<
        PrinterJob, PrinterSilence
    > {
        await exchange.order(PrinterQuery(device: uri + "#jobs", uri: uri, task: task), within: deadline)
    }

    private func watch(_ first: PrinterJob) async -> PrintResult {
        let began = clock.mono()
        var (job, heard) = (first, began)
        while true {
            if let result = job.result { return result }
            let now = clock.mono()
            if now.since(heard) > IPPPrinterDevice.silenceLimit { return .unknown("the printer stopped answering") }
            if now.since(began) > IPPPrinterDevice.longest { return .unknown("not ended after 30 minutes") }
            try? await clock.sleep(for: IPPPrinterDevice.look)
            if case .success(let next) = await order(.job(job.id), within: patience) {
                (job, heard) = (next, clock.mono())
            }
        }
    }
}

extension PrinterJob {
    /// `nil` while it is on its way.
    fileprivate var result: PrintResult? {
        let why = reasons.filter { $0 != "none" }.joined(separator: ", ")
        switch state {
        case .completed: return .printed(pagesProven: impressions)
        case .canceled: return .cancelled(why)
        case .aborted: return .failed(why.isEmpty ? "the printer gave it up" : why)
        case .pending, .held, .processing, .stopped, .unknown: return nil
        }
    }
}

extension PrinterSilence {
    /// Before the printer had the whole document nothing can be on paper; after that nobody knows.
    fileprivate var asPrintResult: PrintResult {
        switch kind {
        case .badAddress, .notResolved, .refused, .noRoute, .connectTimedOut, .ippError, .httpError, .notIPP:
            .failed("\(self)")
        case .silent, .closed, .workerOverrun, .workerFailed: .unknown("\(self)")
        }
    }
}
