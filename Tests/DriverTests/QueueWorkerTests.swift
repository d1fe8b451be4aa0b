import PrintingWorker
import Testing
import ZoneLinux
import ZoneModel
import ZonePrinting
import ZoneTestKit
import ZoneTime

/// libcups and the worker's own reading, in front of no cupsd or a bad one. A real one: Tests/Printing/queues.py.
@Suite("Print queue: the worker asks cupsd")
struct QueueWorkerTests {
    private func ask(_ server: String, order: QueueOrder? = nil, within deadline: Duration = .seconds(8)) async
        -> PrinterSilence.Kind?
    {
        let client = WorkerRig.client()
        let result = await client.spool(.queue("hall", at: server, order: order), within: deadline)
        await client.close()
        guard case .failure(let silence) = result else { return nil }
        return silence.kind
    }

    @Test("no socket, nobody on it, a path that is no socket's, a closed port and nonsense are told apart from silence")
    func absent() async throws {
        let root = try TemporaryRoot()
        #expect(await ask(root.path + "/none.sock") == .noRoute)
        #expect(await ask("/" + String(repeating: "x", count: 107)) == .badAddress)
        #expect(await ask("127.0.0.1:1") == .refused)
        #expect(await ask("") == .badAddress)
    }

    @Test("a cupsd that accepts and says nothing costs its deadline, with an order as without one")
    func silent() async throws {
        let server = try await RawServer.tcp(says: [])
        let clock = SystemClock()
        for order in [nil, .resume, .cancel([1]), .requeue(1)] as [QueueOrder?] {
            let begin = clock.mono()
            let kind = await ask("127.0.0.1:\(server.port)", order: order, within: .milliseconds(500))
            #expect(kind == .silent, "\(String(describing: kind))")
            #expect(clock.mono().since(begin) < .seconds(20))
        }
        await server.close()
    }
}
