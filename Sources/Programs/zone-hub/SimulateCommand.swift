import ArgumentParser
import Logging
import ZoneFleet
import ZoneLinux

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "模拟许多专区上报，检验或压测平台。 Many simulated zones, to test or to load a hub.",
        discussion: "故障 faults: --fault “outage 30% for 60s every 5m” “storm 100% at 20s” “clock 5% by -2y” “clone 1%” "
            + "“rewind 2%” “poison 1%” “replay 5%” “reboot 10% every 60s” “lost 5%” “thin 30%”")

    enum Load: String, ExpressibleByArgument { case single, batch }

    @Option(help: "平台上报地址。 The hub's agents' port.") var hub = "127.0.0.1:8081"
    @Option(help: "多少专区，每个一台电脑。 How many zones, one PC each.") var zones = 10
    @Option(help: "同 --zones。 The same, for loads.") var nodes: Int?
    @Option(help: "运行多少秒。 How long.") var seconds: Int64 = 60
    @Option(help: "结束前最多再等多少秒报完。 Then at most so long to tell the rest.") var settle: Int64 = 10
    @Option(help: "随机种子。 Same seed, same lives.") var seed: UInt64 = 1
    @Option(help: "测试平台的 ca 目录，由此发证书。 A test hub's ca folder, to issue certificates.") var ca: String?
    @Option(help: "用令牌接入的节点数。 So many nodes come by a token.") var enrol: Int?
    @Option(help: "令牌文件，一行一个。 Their tokens, one a line.") var tokens: String?
    @Option(help: "专区编号的开头。 How zone ids begin.") var prefix = "sim"
    @Flag(help: "正式而非演示专区。 Production zones, not demo.") var production = false
    @Option(help: "每天多少事件。 Events of a node and day.") var eventsPerDay = 60.0
    @Option(help: "已离线多少天。 Days of history before.") var daysOffline = 0
    @Option(help: "多少秒内陆续上线。 All come within so many seconds.") var returnWithin: Double?
    @Option(help: "故障，可多次。 A fault; repeatable.") var fault: [String] = []
    @Option(help: "账本，供 fleet_check.py 核对。 The ledger for fleet_check.py; a new file.") var ledger: String?
    @Flag(help: "结束时道别。 Say goodbye at the end.") var goodbye = false
    @Option(help: "压测 load: single | batch") var load: Load?
    @Option(help: "每次上报几个事件。 Events of a heartbeat (1, batch 100).") var eventsPerBeat: Int?
    @Option(help: "每秒上报次数；不给则收到应答就发。 Heartbeats a second (open loop).") var rate: Double?
    @Flag(help: "不压缩。 Never compress.") var uncompressed = false
    @Option(help: "线程数。 Threads.") var threads = 1
    @Flag(help: "结果为 JSON。 The result as JSON.") var json = false

    func run() async throws {
        Signals.ignoreBrokenPipes()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var options = FleetOptions(hub: try HubAddress(hub))
        (options.zones, options.seconds, options.settle, options.seed) = (nodes ?? zones, seconds, settle, seed)
        (options.authority, options.prefix, options.isDemo, options.ledger) = (ca, prefix, !production, ledger)
        if let enrol, let tokens { options.enrol = (enrol, tokens) }
        (options.eventsPerDay, options.daysOffline, options.saysGoodbye) = (eventsPerDay, daysOffline, goodbye)
        options.faults = try fault.map { try Fault($0) }
        options.load = load.map { .init(eventsPerBeat: eventsPerBeat ?? ($0 == .batch ? 100 : 1), rate: rate) }
        options.returnWithin = returnWithin ?? min(60, max(1, Double(options.zones) / 200))
        (options.isDeflating, options.threads) = (!uncompressed, threads)
        let asJSON = json
        let fleet = try Fleet(options, clock: SystemClock(), log: Logger(label: "zone-hub-simulate")) { line in
            if asJSON { FleetProgress.standardError(line) } else { StandardOutput.write(line) }
        }
        let report = try await fleet.run()
        StandardOutput.write(asJSON ? report.json + "\n" : report.table)
    }
}
