import DriverKit
import Testing
import ZoneAccess
import ZoneDesks
import ZoneJournal
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneWire

@Suite("Leases: a device to oneself for a while")
struct LeaseDeskTests {
    private let clock = ManualClock()
    private let notes = Notes<String>()
    private let desk: LeaseDesk
    private let printer = DeskRig.printer
    private let staff = Caller(door: .kiosk, uid: 1000, role: .staff)

    init() {
        desk = LeaseDesk(clock: clock) { [notes] name, device, data in
            let why = data["why"]?.stringValue.map { ": " + $0 } ?? ""
            notes.add("\(name) \(device)\(why)")
        }
    }

    /// The code with which `work` was refused; `nil` when it was not.
    private func refusal(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch { return (error as? ErrorJSON)?.code ?? "\(error)" }
    }

    private func take(_ ttl: Int64 = 60_000) throws -> String {
        try desk.take(printer, ttl: ttl, by: DeskRig.citizen).token
    }

    private func isUsable(_ token: String?, by caller: Caller = DeskRig.citizen) -> Bool {
        refusal { try desk.check(printer, token: token, by: caller) } == nil
    }

    @Test("what only the holder sees ends with the lease; what nobody does to a held device, technicians neither")
    func held() throws {
        let token = try take(5000)
        #expect(desk.isHeld(printer, by: token) && !desk.isHeld(DeskRig.panel, by: token))
        #expect(refusal { try desk.requireHeld(printer, by: nil) } == "lease.unknown")
        #expect(refusal { try desk.requireHeld(printer, by: token) } == nil)
        #expect(refusal { try desk.requireFree(printer, butFor: nil) } == "device.leased")
        #expect(refusal { try desk.requireFree(printer, butFor: token) } == nil)
        clock.advance(by: .milliseconds(5000))
        #expect(!desk.isHeld(printer, by: token))
        #expect(refusal { try desk.requireFree(printer, butFor: nil) } == nil)
        #expect(refusal { try desk.requireFree(printer, butFor: token) } == "lease.unknown")
    }

    @Test("one at a time, until its time is over; then the next")
    func time() throws {
        let first = try desk.take(printer, ttl: 5000, by: DeskRig.citizen)
        #expect(first.device == printer && first.endsIn == 5000 && first.token.utf8.count == 32)
        clock.advance(by: .milliseconds(4999))
        #expect(refusal { _ = try take() } == "device.leased")
        clock.advance(by: .milliseconds(1))
        let second = try take()
        #expect(second != first.token)
        let story = ["lease.granted printer-1", "lease.released printer-1: expired", "lease.granted printer-1"]
        #expect(notes.all == story)
        #expect(refusal { try desk.release(first.token, printer) } == "lease.unknown", "an old token opens nothing")
    }

    @Test("the passing of time alone ends it, with one row")
    func tick() throws {
        _ = try take(1000)
        clock.advance(by: .seconds(1))
        for _ in 0..<3 { desk.tick() }
        #expect(notes.all == ["lease.granted printer-1", "lease.released printer-1: expired"])
    }

    @Test("renewed it goes on from now; released it is free at once")
    func renew() throws {
        let token = try take(5000)
        clock.advance(by: .milliseconds(4000))
        #expect(try desk.renew(token, printer, ttl: 5000).endsIn == 5000)
        clock.advance(by: .milliseconds(4999))
        #expect(isUsable(token) && !isUsable(nil))
        try desk.release(token, printer)
        #expect(isUsable(nil))
        #expect(refusal { _ = try desk.renew(token, printer, ttl: 5000) } == "lease.unknown")
        #expect(notes.all.last == "lease.released printer-1: released")
    }

    @Test("a wrong token, or the right one for another device, does nothing")
    func wrongToken() throws {
        let token = try take()
        let wrong = String(token.reversed()) + "0"
        for (token, device) in [(wrong, printer), ("", printer), (token, DeskRig.panel)] {
            #expect(refusal { _ = try desk.renew(token, device, ttl: 5000) } == "lease.unknown")
            #expect(refusal { try desk.release(token, device) } == "lease.unknown")
        }
        #expect(refusal { try desk.bind(wrong) } == "lease.unknown")
        desk.unbind(wrong)
        #expect(notes.all == ["lease.granted printer-1"] && isUsable(token))
    }

    @Test("a second to five minutes, nothing else", arguments: [Int64.min, -1, 0, 999, 300_001, .max])
    func range(_ ttl: Int64) throws {
        #expect(refusal { _ = try take(ttl) } == "request.invalid")
        let token = try take(300_000)
        #expect(refusal { _ = try desk.renew(token, printer, ttl: ttl) } == "request.invalid")
    }

    @Test("a bound stream keeps it beyond its time and ends it with itself, the last of several")
    func bound() throws {
        let token = try take(1000)
        try desk.bind(token)
        try desk.bind(token)
        clock.advance(by: .seconds(3600))
        desk.tick()
        #expect(!isUsable(nil) && isUsable(token))
        desk.unbind(token)
        desk.tick()
        #expect(!isUsable(nil))
        desk.unbind(token)
        #expect(isUsable(nil))
        desk.unbind(token)
        #expect(notes.all == ["lease.granted printer-1", "lease.released printer-1: streamClosed"])
    }

    @Test("a technician takes the device away, and the stream that was bound to it ends nobody else's lease")
    func broken() throws {
        let token = try take()
        try desk.bind(token)
        try desk.breakLease(of: printer, by: DeskRig.technician)
        #expect(notes.all.last == "lease.released printer-1: broken by technician, uid 1001 via admin.sock")
        #expect(refusal { try desk.breakLease(of: printer, by: DeskRig.technician) } == "lease.unknown")
        let next = try take()
        desk.unbind(token)
        #expect(isUsable(next) && !isUsable(token) && !isUsable(nil))
    }

    @Test("who may break a lease is not asked for one; other devices are free")
    func exempt() throws {
        _ = try take()
        #expect(isUsable(nil, by: DeskRig.technician) && isUsable(nil, by: Caller(door: .admin, uid: 0, role: .root)))
        #expect(!isUsable(nil) && !isUsable(nil, by: staff))
        #expect(refusal { try desk.check(DeskRig.panel, token: nil, by: DeskRig.citizen) } == nil)
    }

    @Test("neither its end nor its breaking touches a job that was accepted")
    func jobs() async throws {
        let rig = try DeskRig()
        let gate = Gate()
        try await rig.withJournal { journal in
            let spool = try Spool(directory: rig.root.path + "/spool")
            let jobs = JobDesk(spool: spool, journal: journal, clock: clock, log: rig.log) { _, _, _ in
                await gate.pass()
                return .printed(pagesProven: 1)
            }
            _ = try take(1000)
            let ticket = JobTicket(device: printer, format: "application/pdf", copies: 1, caller: DeskRig.citizen)
            for id in ["running", "waiting"] { _ = try await jobs.accept(id, ticket, bytes: 1, key: nil) }
            try await gate.reached(1)
            clock.advance(by: .seconds(1))
            _ = try take()
            try desk.breakLease(of: printer, by: DeskRig.technician)
            gate.open()
            for id in ["running", "waiting"] {
                try await eventuallyTrue("\(id) printed") { try await journal.job(id)?.job.state == .printed }
            }
        }
    }
}
