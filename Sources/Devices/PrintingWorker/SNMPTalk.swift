import Dispatch
import ZoneLinux
import ZonePrinting
import ZoneSNMP

/// A whole survey of one device within one deadline.
struct SNMPTalk {
    /// The first wait of a request; it is sent once more after that. Devices answer within milliseconds, unless they
    /// were asleep: an answer to the first sending is as good during the second wait.
    private static let patience = 500
    private static let lastPatience = 1000
    /// A stream of datagrams that are no answer is not followed for ever.
    private static let mostStrays = 64

    var community: String
    var port: Int
    var deadline: DispatchTime

    func ask(host: String) throws(PrinterSilence) -> PrinterAnswer {
        guard let port = UInt16(exactly: port), port > 0, (1...64).contains(community.utf8.count) else {
            throw PrinterSilence(.badAddress, "SNMP port or community")
        }
        let addresses = try DatagramAddresses(host: host, port: port)
        return try addresses.firstAnswer { (address) throws(PrinterSilence) in
            let socket = try SNMPSocket(to: address)
            return PrinterAnswer(PrinterFacts(try survey(socket)))
        }
    }

    /// What the device says in time. It must say something; if it falls silent on the way, what it has said still holds.
    private func survey(_ socket: borrowing SNMPSocket) throws(PrinterSilence) -> [ObjectID: SNMPValue] {
        var (survey, isHeard) = (PrinterSurvey(), false)
        var id = Int32.random(in: 1...(1 << 30))
        while let question = survey.question {
            do throws(PrinterSilence) {
                survey.take(try answer(to: question, id: id, from: socket))
            } catch {
                guard isHeard else { throw error }
                break
            }
            isHeard = true
            id += 1
        }
        return survey.cells
    }

    private func answer(
        to question: PrinterSurvey.Question, id: Int32, from socket: borrowing SNMPSocket
    ) throws(PrinterSilence) -> SNMPMessage {
        let request = SNMPMessage(
            community: Array(community.utf8), kind: question.kind, requestID: id,
            bindings: question.names.map { SNMPMessage.Binding($0) })
        for wait in [SNMPTalk.patience, SNMPTalk.lastPatience] {
            guard milliseconds(until: deadline) > 0 else { break }
            try socket.send(request.encoded)
            let end = min(deadline, .now() + .milliseconds(wait))
            for _ in 0..<SNMPTalk.mostStrays {
                guard let bytes = try socket.receive(until: end) else { break }
                if let answer = SNMPMessage(bytes), answer.isAnswer(to: request) { return answer }
            }
        }
        throw PrinterSilence(.silent, "no SNMP answer: switched off, filtered, or another community")
    }
}

extension SNMPMessage {
    fileprivate func isAnswer(to request: SNMPMessage) -> Bool {
        kind == .response && requestID == request.requestID && version == request.version
            && community == request.community
    }
}
