import DriverKit
import Testing
import ZoneLinux
import ZoneModel
import ZoneTestKit
import ZoneTime

@testable import QueryPCDriver

@Suite("The PC: temperature and disks from the kernel's files")
struct PCHealthTests {
    private let root: TemporaryRoot

    init() throws { root = try TemporaryRoot() }

    private func write(_ path: String, _ text: String) throws {
        try SmallFile.makeDirectory(SmallFile.folder(of: root.path + path))
        try SmallFile.replace(root.path + path, with: text + "\n")
    }

    private func chip(_ name: String, _ celsius: String, critical: String? = nil, number: Int = 0) throws {
        let folder = "/sys/class/hwmon/hwmon\(number)"
        try write("\(folder)/name", name)
        try write("\(folder)/temp1_input", celsius)
        try write("\(folder)/temp1_label", "Package id 0")
        if let critical { try write("\(folder)/temp1_crit", critical) }
    }

    private func heat(limit: Int? = nil) -> Symptom.Sight { Sensors(root: root.path).look(limit: limit).symptom.sight }

    @Test("the sensor's own critical value counts, five degrees before it; else 85, or what the profile says")
    func temperature() throws {
        try chip("coretemp", "94000", critical: "100000")
        #expect(heat() == .fine)
        #expect(heat(limit: 90) == .wrong(evidence: "coretemp Package id 0: 94 °C, limit 90 °C"))
        try chip("coretemp", "95000", critical: "100000")
        #expect(heat() == .wrong(evidence: "coretemp Package id 0: 95 °C, limit 95 °C"))
        try chip("coretemp", "84000", critical: "255000")
        #expect(heat() == .fine, "a critical value that firmware never set is none")
        try chip("coretemp", "85000", critical: "255000")
        #expect(heat() == .wrong(evidence: "coretemp Package id 0: 85 °C, limit 85 °C"))
    }

    @Test("a PC without a sensor, or with one that lies, is neither hot nor cool")
    func noSensor() throws {
        #expect(heat() == .unknown(reason: "no sensor"))
        // An input of a Super-I/O chip that nothing is connected to.
        try chip("nct6775", "127000")
        try chip("coretemp", "-273150", number: 1)
        try chip("k10temp", "much", number: 2)
        #expect(heat() == .unknown(reason: "no sensor"))
        try write("/sys/class/thermal/thermal_zone0/type", "x86_pkg_temp")
        try write("/sys/class/thermal/thermal_zone0/temp", "99000")
        try write("/sys/class/thermal/thermal_zone0/trip_point_1_type", "critical")
        try write("/sys/class/thermal/thermal_zone0/trip_point_1_temp", "103000")
        #expect(heat() == .wrong(evidence: "x86_pkg_temp: 99 °C, limit 98 °C"))
    }

    private func disks(_ mountinfo: String) throws -> [Symptom] {
        try write("/proc/self/mountinfo", mountinfo)
        let sight = DiskSight(
            statePath: "/var/lib/zone-agent", spool: "/var/spool/cups", root: root.path, lowPercent: 5)
        var facts = DiskSight.Facts()
        facts.disk = (total: 1000, available: 500, readOnly: false)
        facts.inodes = (total: 1000, available: 30)
        return sight.symptoms(facts)
    }

    @Test("a disk without index nodes takes no file: as low as one without room")
    func inodes() throws {
        let low = try disks("").first { $0.code == .diskLow }
        #expect(low?.sight == .wrong(evidence: "50 % free, 3 % of its files (inodes) left"))
    }

    @Test("what the kernel has made read-only after an error is told with its count; the sandbox's own mounts are not")
    func readOnly() throws {
        let lines = """
            22 1 8:2 / / ro,relatime - ext4 /dev/sda2 rw,errors=remount-ro
            23 22 8:3 / /var/spool rw - ext4 /dev/sda3 ro,errors=remount-ro
            24 22 7:1 / /usr/share/x\\040y ro - squashfs /dev/loop1 ro
            25 22 8:2 /var/lib/zone-agent /var/lib/zone-agent rw - ext4 /dev/sda2 rw
            nonsense
            """
        try write("/sys/fs/ext4/sda3/errors_count", "4")
        try write("/sys/fs/ext4/sda3/last_error_func", "ext4_find_entry")
        let sight = try disks(lines).first { $0.code == .diskReadOnly }?.sight
        #expect(sight == .wrong(evidence: "/var/spool (ext4) is read-only, 4 errors, the last in ext4_find_entry"))
        let all = MountedFileSystem.all(in: lines)
        #expect(all.count == 4 && all.holding("/usr/share/x y/z")?.type == "squashfs")
        #expect(all.holding("/var/spoolx")?.mountPoint == "/")
        let fine = try disks(lines.split(separator: "\n").filter { !$0.contains("sda3") }.joined(separator: "\n"))
        #expect(fine.first { $0.code == .diskReadOnly }?.sight == .fine)
    }

    @Test("whatever mountinfo says, reading it ends")
    func hostile() {
        var generator = SeededGenerator(seed: 7)
        let pieces = [" - ", "ext4", "/dev/sda", "\\0", "\\040", "ro", ",", " ", "\n", "\u{0}", "/"]
        for _ in 0..<300 {
            let text = (0..<60).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }.joined()
            _ = MountedFileSystem.all(in: text).holding("/var")
        }
    }
}

@Suite("The kiosk's program: absent, frozen, in a loop")
struct KioskWatchTests {
    private var watch = KioskWatch()
    private var seconds: Int64 = 10_000
    private var now: MonoTime { MonoTime(milliseconds: seconds * 1000) }

    private mutating func see(
        _ state: KioskSight.Unit?, lastSign: Int64? = nil, signs: Bool = true, isOpen: Bool? = true, after: Int64 = 60
    ) -> [ConditionCode: Symptom.Sight] {
        seconds += after
        let sign = KioskSight.Sign(
            listeningSince: MonoTime(milliseconds: 10_000_000),
            last: lastSign.map { MonoTime(milliseconds: (seconds - $0) * 1000) }, silence: .seconds(90))
        let sight = KioskSight(unit: state.map { ("kiosk.service", $0) }, sign: signs ? sign : nil)
        let symptoms = watch.symptoms(sight, isOpen: isOpen, at: now)
        return Dictionary(symptoms.map { ($0.code, $0.sight) }) { first, _ in first }
    }

    @Test("nothing configured, nothing said")
    mutating func none() { #expect(watch.symptoms(nil, isOpen: true, at: now).isEmpty) }

    @Test("what the configuration asks for no longer is fine: nothing of it stays open")
    func unasked() {
        let told = [Symptom(.appAbsent, .wrong(evidence: "x")), Symptom(.appResidue, .unknown(reason: "in use"))]
        let wanted: [ConditionCode] = [.appFrozen, .appCrashLoop, .browserHomepage, .printerSpoolLeft]
        #expect(QueryPCDevice.unasked(beside: told) == wanted.map { Symptom($0, .fine) })
    }

    @Test("not running in published hours is absent; at night it is nothing to be told")
    mutating func absent() {
        let down = KioskSight.Unit.down("failed (exit-code)", restarts: 0)
        #expect(see(down)[.appAbsent] == .wrong(evidence: "kiosk.service is failed (exit-code)"))
        #expect(see(down, isOpen: false)[.appAbsent] == .unknown(reason: "closed hours"))
        #expect(
            see(down, isOpen: nil)[.appAbsent] != .unknown(reason: "closed hours"), "without hours it is always open")
        #expect(see(.starting(restarts: 0))[.appAbsent] == .unknown(reason: "starting"))
        #expect(see(.unknown("systemd does not answer"))[.appAbsent] == .unknown(reason: "systemd does not answer"))
        #expect(see(.active(restarts: 0))[.appAbsent] == .fine)
    }

    @Test(
        "a unit that runs and says nothing is frozen, once it had the time to speak; a restart gives it that time again"
    )
    mutating func frozen() {
        #expect(see(.active(restarts: 0))[.appFrozen] == .unknown(reason: "just started"))
        #expect(
            see(.active(restarts: 0), after: 91)[.appFrozen] == .wrong(evidence: "no sign of life yet, after 151 s"))
        #expect(see(.active(restarts: 0), lastSign: 5)[.appFrozen] == .fine)
        #expect(see(.active(restarts: 0), lastSign: 100)[.appFrozen] == .wrong(evidence: "no sign of life for 100 s"))
        #expect(see(.active(restarts: 0), lastSign: 100, isOpen: false)[.appFrozen] == .unknown(reason: "closed hours"))
        watch.restarted()
        #expect(see(.active(restarts: 0), lastSign: 160)[.appFrozen] == .unknown(reason: "just started"))
        #expect(see(.starting(restarts: 0), lastSign: 200)[.appFrozen] == .unknown(reason: "does not run"))
        #expect(see(.down("inactive", restarts: 0), lastSign: 260)[.appFrozen] == .fine, "app.absent tells it")
        #expect(
            see(.active(restarts: 0), signs: false)[.appFrozen] == nil, "a program that gives no signs is not asked")
    }

    @Test("three restarts by the service manager in ten minutes are a loop, and ten calm minutes are its end")
    mutating func loop() {
        _ = see(.active(restarts: 7))
        #expect(see(.active(restarts: 9))[.appCrashLoop] == .unknown(reason: "just started"))
        #expect(
            see(.active(restarts: 10))[.appCrashLoop]
                == .wrong(evidence: "kiosk.service: 3 or more restarts in 10 min"))
        #expect(see(.active(restarts: 0))[.appCrashLoop] != .fine, "started by hand: the count begins anew")
        #expect(see(.active(restarts: 0), after: 700)[.appCrashLoop] == .fine)
        #expect(see(.down("failed (start-limit-hit)", restarts: 0))[.appCrashLoop] != .fine)
    }

    @Test("an agent, or a look, that has just begun does not say that a loop has ended; ten calm minutes do")
    mutating func loopAnew() {
        _ = see(.active(restarts: 7))
        #expect(see(.active(restarts: 8), after: 599)[.appCrashLoop] == .unknown(reason: "just started"))
        #expect(see(.active(restarts: 8), after: 1)[.appCrashLoop] == .fine)
        #expect(see(.active(restarts: 8), after: 60)[.appCrashLoop] == .fine)
        watch = KioskWatch()
        #expect(see(.active(restarts: 8))[.appCrashLoop] == .unknown(reason: "just started"))
        #expect(
            see(.active(restarts: 11))[.appCrashLoop] != .unknown(reason: "just started"), "a loop is seen at once")
    }

    @Test("a program without a unit is known by its signs alone")
    mutating func alone() {
        #expect(see(nil)[.appAbsent] == .unknown(reason: "just started"))
        #expect(see(nil, after: 200)[.appAbsent] == .wrong(evidence: "no sign of life yet, after 260 s"))
        #expect(see(nil, lastSign: 20)[.appAbsent] == .fine)
        #expect(see(nil, lastSign: 95)[.appAbsent] == .wrong(evidence: "no sign of life for 95 s"))
        #expect(see(nil, lastSign: 95)[.appFrozen] == nil)
    }
}
