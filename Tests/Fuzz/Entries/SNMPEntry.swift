import ZonePrinting
import ZoneSNMP

extension FuzzEntry {
    /// Datagrams from a printer's agent, each behind its length in two bytes: one after the other is the answer to
    /// whatever is asked next.
    static let snmp = FuzzEntry("snmp") { bytes in
        var (survey, rest, asked) = (PrinterSurvey(), bytes[...], 0)
        while let question = survey.question, rest.count >= 2 {
            asked += 1
            try promise(asked <= 4 * PrinterSurvey.mostRows, "a survey without an end")
            try promise(!question.names.isEmpty, "a question about nothing")
            let length = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
            let datagram = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            guard let answer = SNMPMessage(datagram) else { continue }
            let again = answer.encoded
            try promise(again.count <= 2 * datagram.count, "a message grows from \(datagram.count) to \(again.count)")
            try promise(SNMPMessage(again) == answer, "a message comes back as another")
            let before = survey.cells
            survey.take(answer)
            try promise(survey.question != question || survey.cells != before, "the same is asked again")
        }
        try promise(survey.cells.count <= 12 * PrinterSurvey.mostRows, "too many cells")
        try promiseSense(PrinterAnswer(PrinterFacts(survey.cells)))
    }

    private static func promiseSense(_ answer: PrinterAnswer) throws {
        let stores = answer.supplies + answer.trays
        for level in stores.compactMap(\.level) { try promise((0...100).contains(level), "level \(level)") }
        try promise((answer.impressionsCompleted ?? 0) >= 0, "a counter below zero")
        let texts =
            stores.flatMap { [$0.name, $0.type ?? "-"] } + [answer.serial, answer.makeAndModel].compactMap(\.self)
        for text in texts {
            try promiseClean(text, "SNMP")
            try promise((1...200).contains(text.unicodeScalars.count), "a text of \(text.unicodeScalars.count)")
        }
    }
}
