import ZoneModel

/// Queues as printers.conf has them: for how long they try, and whether they know their printer's abilities.
enum CUPSDQueues {
    private static let id = "cupsd.queues"
    private static let path = "/etc/cups/printers.conf"
    /// Backends that go on for seven days unless told otherwise (backend/ipp.c; socket and lpd likewise).
    private static let endless = ["ipp:", "ipps:", "http:", "https:", "socket:", "lpd:"]

    static func findings(_ system: String, _ patient: Patient) async -> [Finding] {
        switch await patient.read(system + path) {
        case .missing: return [.ok(id, "没有打印队列。", "There is no queue.")]
        case .notPermitted: return [.hidden(id, path)]
        case .failed(let detail): return [.unreadable(id, path, detail)]
        case .seen(let content):
            do throws(CUPSDComplaint) {
                let queues = CUPSQueue.all(in: try CUPSDText(Array(content.utf8), file: path))
                var findings: [Finding] = []
                for queue in queues.prefix(32) { findings += await self.findings(queue, system, patient) }
                return findings.isEmpty
                    ? [.ok(id, "\(queues.count) 个队列正常。", "\(queues.count) queues are in order.")] : findings
            } catch {
                return [.unreadable(id, path, error.saying.en)]
            }
        }
    }

    private static func findings(_ queue: CUPSQueue, _ system: String, _ patient: Patient) async -> [Finding] {
        let place = "\(path):\(queue.line)"
        let option = "sudo lpadmin -p '\(queue.name)'"
        var findings: [Finding] = []
        if endless.contains(where: { queue.uri.lowercased().hasPrefix($0) }), !queue.uri.contains("contimeout=") {
            let line = "\(option) -v '\(queue.shownURI)\(queue.uri.contains("?") ? "&" : "?")contimeout=60'"
            findings.append(
                .warning(
                    id, "\(place) 队列 \(queue.name) 没有 contimeout：打印机关着时，文件七天内都可能打出来。",
                    "\(place): the queue \(queue.name) has no contimeout: a document may come out in seven days.",
                    Saying(line, line)))
        }
        if let policy = queue.errorPolicy, policy != "abort-job" {
            let line = "\(option) -o printer-error-policy=abort-job"
            findings.append(
                .warning(
                    id, "\(place) 队列 \(queue.name) 出错时 \(policy)，应为 abort-job。",
                    "\(place): when a job fails the queue \(queue.name) says \(policy); it should be abort-job.",
                    Saying(line, line)))
        }
        if case .missing = await patient.facts("\(system)/etc/cups/ppd/\(queue.name).ppd") {
            findings.append(
                .warning(
                    id, "\(place) 队列 \(queue.name) 没有 PPD：文件原样送到打印机，多数打印机会打出乱码。",
                    "\(place): the queue \(queue.name) has no PPD: documents go to the printer as they are.",
                    Saying(
                        "sudo lpadmin -x '\(queue.name)'，再 sudo zonectl printers adopt 地址 --queue \(queue.name)",
                        "sudo lpadmin -x '\(queue.name)', sudo zonectl printers adopt ADDRESS --queue \(queue.name)"
                    )))
        }
        return findings
    }
}

/// A section of printers.conf (printers.conf(5)).
private struct CUPSQueue {
    let name: String
    let line: Int
    let uri: String
    let errorPolicy: String?

    /// Without a user's name, and without anything that a shell would take for its own.
    var shownURI: String {
        let isPlain = uri.unicodeScalars.allSatisfy { $0.isASCII && !"'\"\\@ `$".unicodeScalars.contains($0) }
        return isPlain ? uri : "URI"
    }

    /// Queues of names that cupsd would take; others are nobody's.
    static func all(in text: CUPSDText) -> [CUPSQueue] {
        text.lines.filter { $0.isTop && ["<printer", "<defaultprinter"].contains($0.name) }.compactMap { head in
            guard let name = head.value, QueueName(name) != nil else { return nil }
            let inside = text.lines.drop { $0.number <= head.number }.prefix { !$0.isTop && !$0.name.hasPrefix("</") }
            func value(_ key: String) -> String? { inside.last { $0.name == key }?.value }
            return CUPSQueue(
                name: name, line: head.number, uri: value("deviceuri") ?? "", errorPolicy: value("errorpolicy"))
        }
    }
}
