import Logging
import QueryPCDriver
import ZoneBus
import ZoneConfig
import ZoneControl
import ZoneJournal
import ZoneModel
import ZoneTime

/// What stands in front of the citizens on this PC: the kiosk's program, its browser's policies, and what both leave behind.
struct KioskDesk: Sendable {
    let app: KioskApp
    let browser: BrowserDesk
    let residue: ResidueKeeper
    /// What the driver of the PC looks at.
    let seams: PCSeams

    init(
        store: ConfigurationStore, places: Places, station: Station, journal: Journal, clock: any ZoneClock,
        log: Logger
    ) {
        // Below a root of its own the agent leaves alone what belongs to the PC.
        let units: (any UnitManager)? = places.root.isEmpty ? SystemdUnits(clock: clock) : nil
        let root = places.root
        let app = KioskApp(config: { store.config.kioskApp }, units: units, clock: clock)
        (self.app, browser) = (
            app,
            BrowserDesk(
                places: places, wish: { store.config.browser.map { BrowserWish($0, root: root) } },
                complaint: { store.current.complaint }, journal: journal, clock: clock)
        )
        residue = ResidueKeeper(
            config: { store.config.residue.under(root) }, station: station, app: app, journal: journal,
            memory: places.agentState + "/residue.cleared", isHallOpen: { store.config.hours?.isOpen(at: $0) },
            clock: clock, log: log)
        seams = PCSeams(
            drives: UDisksDrives(statePath: places.agentState), program: app,
            browser: { store.config.browser.map { BrowserWish($0, root: root) } },
            residue: { store.config.residue.under(root).folders }, use: { await KioskUse(station.lastUse) },
            isHallOpen: { store.config.hours?.isOpen(at: $0) })
    }
}

extension KioskUse {
    init(_ last: UseRecord.Last?) {
        switch (last, last?.ended) {
        case (let last?, let ended?):
            self = .over(began: WallTime(milliseconds: last.began), ended: WallTime(milliseconds: ended))
        case (_?, nil): self = .underWay
        case (nil, _): self = .unknown
        }
    }
}

extension ResidueConfig {
    /// `--root` moves these folders, too.
    func under(_ root: String) -> ResidueConfig {
        var moved = self
        moved.folders = folders.map { root + $0 }
        return moved
    }
}

extension BrowserWish {
    init(_ config: BrowserConfig, root: String) {
        var all = config.leavesNothing ? BrowserWish.leaveNothing : [:]
        func add(_ more: [String: JSONValue]) { all.merge(more) { _, new in new } }
        config.homepage.map { add(BrowserWish.homepage($0)) }
        add(BrowserWish.bookmarks(config.bookmarks.map { ($0.name, $0.url) }))
        switch config.downloads {
        case .forbidden?: add(BrowserWish.downloadsForbidden)
        case .into(let folder)?: add(BrowserWish.downloads(into: folder))
        case nil: break
        }
        self.init(folders: config.policies.map { root + $0 }, policies: all)
    }
}
