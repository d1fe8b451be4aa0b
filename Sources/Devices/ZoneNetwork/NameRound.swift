import DriverKit
import Glibc
import ZoneLinux
import ZoneModel

/// Every name server asked for every name at once, so that a silent one costs one deadline and not one for each name.
/// Blocks: for a lane.
package struct NameRound {
    private let grace: Int64
    private let clock = SystemClock()
    private let lines: [Line]

    /// - Parameters:
    ///   - families: of the addresses that are asked for.
    ///   - port: of all servers; another one only in tests.
    ///   - grace: how much longer the others are waited for, once every name has its answer, in ms.
    package init(
        servers: [String], hosts: [String], families: [IPFamily] = [.ipv4], port: UInt16 = 53, grace: Int64 = 1000
    ) {
        self.grace = grace
        lines = hosts.flatMap { host in
            servers.flatMap { server in families.map { Line(server, host, $0, port: port) } }
        }
    }

    package func run(milliseconds: Int64) -> [String: [NameAnswer]] {
        let began = clock.mono().milliseconds
        var end = began + milliseconds
        // One lost datagram is no dead server.
        var isRepeated = false
        for line in lines { line.send() }
        while true {
            let now = clock.mono().milliseconds
            let open = lines.filter(\.isOpen)
            guard !open.isEmpty, now < end else { break }
            if !isRepeated, now - began >= milliseconds / 2 {
                isRepeated = true
                for line in open { line.send() }
            }
            let until = isRepeated ? end : min(end, began + milliseconds / 2)
            NameRound.wait(for: open, milliseconds: max(1, until - now))
            for line in open { line.receive(after: clock.mono().milliseconds - began) }
            if isEverythingKnown { end = min(end, clock.mono().milliseconds + grace) }
        }
        return Dictionary(grouping: lines, by: \.host).mapValues { $0.map(\.answer) }
    }

    /// Some server has decided each name, for each family.
    private var isEverythingKnown: Bool {
        Dictionary(grouping: lines, by: \.host).values.allSatisfy { own in
            Dictionary(grouping: own, by: \.answer.server).values.contains { $0.allSatisfy(\.isDecided) }
        }
    }

    private static func wait(for lines: [Line], milliseconds: Int64) {
        var entries = lines.map { pollfd(fd: $0.fd.raw, events: Int16(POLLIN), revents: 0) }
        poll(&entries, nfds_t(entries.count), CInt(clamping: milliseconds))
    }
}

/// One question to one server, on a socket that hears nobody else.
private final class Line {
    let host: String
    let fd: OwnedFD
    private(set) var answer: NameAnswer
    private(set) var isOpen = true
    private let id = UInt16.random(in: .min ... .max)
    private let query: [UInt8]
    private var buffer = [UInt8](repeating: 0, count: 4096)

    init(_ server: String, _ host: String, _ family: IPFamily, port: UInt16) {
        self.host = host
        answer = NameAnswer(server: server, .silent, family: family)
        query = DNSMessage.query(id: id, host: host, family: family) ?? []
        let target = Endpoint(server, port: port)
        let kind = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        fd = OwnedFD(adopting: socket(target?.family.number ?? AF_INET, kind, 0))
        isOpen = fd.raw >= 0 && !query.isEmpty && target?.connect(fd.raw) == true
    }

    var isDecided: Bool {
        switch answer.outcome {
        case .address, .noSuchName, .refused(code: 0): true
        case .refused, .silent: false
        }
    }

    func send() {
        guard isOpen else { return }
        _ = Glibc.send(fd.raw, query, query.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
    }

    /// Takes what has come. A port where nobody listens stays silent: the server may be starting.
    func receive(after milliseconds: Int64) {
        // Bounded, because anybody may answer faster than we read.
        for _ in 0..<64 where isOpen {
            let count = recv(fd.raw, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            guard count > 0 else { return }
            guard let said = DNSMessage.answer(Array(buffer.prefix(count)), id: id, family: answer.family)
            else { continue }
            answer.milliseconds = milliseconds
            isOpen = false
            switch said {
            case .address(let address): answer.outcome = .address(address)
            case .noSuchName: answer.outcome = .noSuchName
            case .failed(let code): answer.outcome = .refused(code: code)
            }
        }
    }
}
