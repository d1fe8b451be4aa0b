import DriverKit
import Glibc
import ZoneLinux
import ZoneModel

/// The kernel's tables of addresses, routes and neighbours, by rtnetlink(7). Nothing leaves the machine. Blocks: for a lane.
package enum KernelTables {
    /// RTM_GETADDR, RTM_GETROUTE, RTM_GETNEIGH.
    private enum Table: UInt16 { case addresses = 22, routes = 26, neighbours = 30 }

    /// What it says of the line, within so many ms.
    package static func line(milliseconds: Int64) -> LineFacts {
        let clock = SystemClock()
        let end = clock.mono().advanced(by: .milliseconds(milliseconds))
        let addresses = rows(.addresses, until: end, AddressEntry.init)
        let interfaces = Interfaces.list(addresses)
        let routes = rows(.routes, until: end, RouteEntry.init)
        let names = Dictionary(interfaces.map { ($0.index, $0.fact.name) }) { first, _ in first }
        return LineFacts(
            interfaces: interfaces.map(\.fact), routes: routes.map { RouteChoice.routes($0, names: names) })
    }

    /// `nil` when it did not say.
    static func neighbours(milliseconds: Int64) -> [NeighbourEntry]? {
        rows(.neighbours, until: SystemClock().mono().advanced(by: .milliseconds(milliseconds)), NeighbourEntry.init)
    }

    private static func rows<Row>(_ table: Table, until end: MonoTime, _ read: (NetlinkMessage) -> Row?) -> [Row]? {
        // A table that changes while it is read is read again; the third time it has to do.
        for _ in 0..<2 {
            guard let found = dump(table, until: end) else { return nil }
            if !found.isInterrupted { return found.messages.compactMap(read) }
        }
        return dump(table, until: end)?.messages.compactMap(read)
    }

    private static func dump(_ table: Table, until end: MonoTime) -> NetlinkDump? {
        // NETLINK_ROUTE is 0.
        let fd = OwnedFD(
            adopting: socket(AF_NETLINK, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0))
        let sequence = UInt32.random(in: 1 ... .max)
        let bytes = question(table, sequence)
        guard fd.raw >= 0, send(fd.raw, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else {
            return nil
        }
        let clock = SystemClock()
        var answer = NetlinkDump(sequence: sequence)
        // The kernel makes pieces of at most 32 KiB (netlink_dump).
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let left = end.since(clock.mono()).milliseconds
            guard left > 0, Readiness.wait(fd.raw, milliseconds: Int32(clamping: left)) else { return nil }
            let count = recv(fd.raw, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { return nil }
            switch answer.take(Array(buffer.prefix(count))) {
            case .more: continue
            case .done: return answer
            case .refused, .damaged: return nil
            }
        }
    }

    /// `struct nlmsghdr` with NLM_F_REQUEST and NLM_F_DUMP, then a header of zeros, which asks for all families; 12 bytes
    /// are enough for each of the three.
    private static func question(_ table: Table, _ sequence: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number) { bytes += Array($0) } }
        add(UInt32(NetlinkMessage.headerLength + 12))
        add(table.rawValue)
        add(UInt16(0x301))
        add(sequence)
        add(UInt32(0))
        return bytes + [UInt8](repeating: 0, count: 12)
    }
}
