import DriverKit
import ZoneNetwork
import ZonePrinting

extension FuzzEntry {
    /// A datagram from a name server, or from somebody who says so.
    static let dns = FuzzEntry("dns", longest: 600) { bytes in
        let id = bytes.count > 1 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 0
        try promise(DNSMessage.answer(bytes, id: id ^ 1) == nil, "an answer to another question is taken")
        switch DNSMessage.answer(bytes, id: id) {
        case .address(let address):
            let numbers = address.split(separator: ".", omittingEmptySubsequences: false)
            try promise(numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }, "no address: \(address)")
        case .failed(let code): try promise((0..<16).contains(code), "no such code: \(code)")
        case .noSuchName, nil: break
        }
        guard case .address(let address) = DNSMessage.answer(bytes, id: id, family: .ipv6) else { return }
        try promise(IPAddress(address)?.family == .ipv6, "no address of IPv6: \(address)")
    }

    /// What the kernel says when it is asked for its tables.
    static let netlink = FuzzEntry("netlink") { bytes in
        guard let messages = NetlinkMessage.all(in: bytes) else { return }
        let length = messages.reduce(0) { $0 + NetlinkMessage.headerLength + $1.body.count }
        try promise(length <= bytes.count, "messages longer than what came")
        var dump = NetlinkDump(sequence: messages.first?.sequence ?? 0)
        try promise(dump.take(bytes) != .damaged, "whole messages are damaged")
        let routes = dump.messages.compactMap(RouteEntry.init)
        let addresses =
            routes.flatMap(\.hops).compactMap(\.gateway) + dump.messages.compactMap(NeighbourEntry.init).map(\.address)
            + dump.messages.compactMap(AddressEntry.init).map(\.address)
        for address in addresses { try promise(IPAddress(address.text) == address, "reads itself as another") }
        for route in RouteChoice.routes(routes, names: [2: "eth0"]) {
            try promise(route.interface == "eth0", "a route over nothing")
            try promise(routes.contains { $0.family == route.family && !$0.hops.isEmpty }, "a route of nobody")
        }
    }

    /// What the printing worker and its parent tell each other; the first byte says how the stream is cut.
    static let workerLines = FuzzEntry("worker-lines") { bytes in
        let (piece, stream) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst()))
        let whole = cut(stream, stream.count, limit: 1 << 20)
        try promise(cut(stream, piece, limit: 1 << 20) == whole, "the pieces change the lines")
        let bounded = cut(stream, piece, limit: 64)
        try promise(bounded.allSatisfy { $0.count <= 64 + piece }, "a line is longer than the limit")
        try promise(Array(whole.prefix(bounded.count)) == bounded, "a bounded line is another")
        for line in whole {
            if let reply = WorkerLine.decode(WorkerReply.self, line) {
                let again = WorkerLine.decode(WorkerReply.self, WorkerLine.encode(reply).dropLast())
                try promise(again == reply, "a reply comes back as another")
            }
            if let request = WorkerLine.decode(WorkerRequest.self, line) {
                let again = WorkerLine.decode(WorkerRequest.self, WorkerLine.encode(request).dropLast())
                try promise(again == request, "a request comes back as another")
            }
        }
    }

    private static func cut(_ stream: [UInt8], _ piece: Int, limit: Int) -> [[UInt8]] {
        var (cutter, lines, rest) = (LineCutter(limit: limit), [[UInt8]](), stream[...])
        while !rest.isEmpty {
            guard let more = try? cutter.take(Array(rest.prefix(piece))) else { break }
            lines += more
            rest = rest.dropFirst(piece)
        }
        return lines
    }
}
