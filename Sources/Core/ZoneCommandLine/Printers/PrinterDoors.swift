import Glibc
import ZoneLinux
import ZoneModel
import ZoneTime

/// A port of an address at which a printer may listen.
package struct PrinterDoor: Sendable, Hashable {
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) { (self.host, self.port) = (host, port) }

    /// Where ipp-usb serves USB printers, one port each (ipp-usb(8), http-min-port).
    package static let ippUSB = (0..<10).map { PrinterDoor(host: "127.0.0.1", port: 60_000 + $0) }

    package static func all(in range: NetworkRange) -> [PrinterDoor] {
        range.hosts.map { PrinterDoor(host: $0, port: UInt16(PrinterAddress.ippPort)) }
    }
}

/// Looks who accepts a connection; says nothing to anybody.
package struct DoorKnocker: Sendable {
    /// A printer in the same building answers within a few milliseconds; one that sleeps within some hundred.
    static let patience = Duration.milliseconds(300)
    static let atOnce = 32

    private let clock: any ZoneClock

    package init(clock: any ZoneClock) { self.clock = clock }

    /// At most 300 ms for each 32 of them.
    package func open(_ doors: [PrinterDoor]) async -> [PrinterDoor] {
        let clock = clock
        return await BlockingLane(label: "doors").run {
            stride(from: 0, to: doors.count, by: DoorKnocker.atOnce).flatMap { start in
                DoorKnocker.open(doors[start..<min(start + DoorKnocker.atOnce, doors.count)], clock)
            }
        }
    }

    private final class Knock {
        let door: PrinterDoor
        let fd: OwnedFD

        init?(_ door: PrinterDoor) {
            guard let fd = try? PortDescriptor.tcp(door.host, door.port, unackedMilliseconds: 1000) else { return nil }
            self.door = door
            self.fd = fd
        }
    }

    private static func open(_ doors: ArraySlice<PrinterDoor>, _ clock: any ZoneClock) -> [PrinterDoor] {
        var waiting = doors.compactMap { Knock($0) }
        var open: Set<PrinterDoor> = []
        let until = clock.mono().advanced(by: patience)
        while !waiting.isEmpty, clock.mono() < until {
            var entries = waiting.map { pollfd(fd: $0.fd.raw, events: Int16(POLLOUT), revents: 0) }
            let left = until.since(clock.mono()).milliseconds
            guard poll(&entries, nfds_t(entries.count), Int32(clamping: left + 1)) >= 0 || errno == EINTR else { break }
            for (knock, entry) in zip(waiting, entries) where entry.revents != 0 {
                if PortDescriptor.connectionError(knock.fd.raw) == 0 { open.insert(knock.door) }
            }
            waiting = zip(waiting, entries).filter { $0.1.revents == 0 }.map(\.0)
        }
        return doors.filter(open.contains)
    }
}
