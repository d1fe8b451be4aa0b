import DriverKit
import FoundationEssentials

/// Tells a tap what is asked of a printer and what it answers: the lines of the worker, without their numbers.
package struct TappedExchange: PrinterExchange {
    private let exchange: any PrinterExchange
    private let tap: WireTap

    package init(_ exchange: any PrinterExchange, tap: WireTap) { (self.exchange, self.tap) = (exchange, tap) }

    package func ask(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterAnswer, PrinterSilence> {
        tap.note(.out, TappedLine.encode(query))
        let result = await exchange.ask(query, within: deadline)
        tap.note(.in, TappedLine.encode(WorkerReply(result)))
        return result
    }

    package func order(_ query: PrinterQuery, within deadline: Duration) async -> Result<PrinterJob, PrinterSilence> {
        tap.note(.out, TappedLine.encode(query))
        let result = await exchange.order(query, within: deadline)
        tap.note(.in, TappedLine.encode(WorkerReply(result)))
        return result
    }

    package func spool(_ query: PrinterQuery, within deadline: Duration) async -> Result<QueueAnswer, PrinterSilence> {
        tap.note(.out, TappedLine.encode(query))
        let result = await exchange.spool(query, within: deadline)
        tap.note(.in, TappedLine.encode(WorkerReply(result)))
        return result
    }
}

/// One form for one value, so that a replay can compare what is asked with what was asked.
package enum TappedLine {
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and integers only: encoding them has no way to fail.
        return Array((try? encoder.encode(value)) ?? Data())
    }

    /// `nil` for what is no reply.
    package static func reply(_ bytes: [UInt8]) -> WorkerReply? {
        try? JSONDecoder().decode(WorkerReply.self, from: Data(bytes))
    }
}

extension WorkerReply {
    fileprivate init(_ result: Result<PrinterAnswer, PrinterSilence>) {
        switch result {
        case .success(let answer): self.init(id: 0, answer: answer)
        case .failure(let silence): self.init(id: 0, silence: silence)
        }
    }

    fileprivate init(_ result: Result<PrinterJob, PrinterSilence>) {
        switch result {
        case .success(let job): self.init(id: 0, job: job)
        case .failure(let silence): self.init(id: 0, silence: silence)
        }
    }

    fileprivate init(_ result: Result<QueueAnswer, PrinterSilence>) {
        switch result {
        case .success(let queue): self.init(id: 0, queue: queue)
        case .failure(let silence): self.init(id: 0, silence: silence)
        }
    }
}
