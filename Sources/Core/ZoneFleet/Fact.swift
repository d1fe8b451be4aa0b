import ZoneModel

/// One event of a simulated journal in 24 bytes: a fleet holds millions. Its JSON is written when it is sent.
struct Fact: Hashable {
    enum What: UInt8 {
        case started, stopping, raised, cleared, state, deposit, lidOpened, printed, use, command, rewound
        /// Was written, and thinned out before it was acknowledged: a declared gap.
        case thinned
    }

    /// ms since the run's base, true time; a wrong clock is added when it is written.
    var at: Int64
    var what: What
    /// Sent with a field of the wrong type.
    var isPoison = false
    /// Index into `SimulatedDevices.cards`; unused for what concerns the zone.
    var device: UInt8 = 0
    /// Index into `Trouble.all`.
    var trouble: UInt8 = 0
    /// Index into the journal's openings.
    var opening: UInt16 = 0
    /// Pages, touches, seconds since it was raised, or the index of a note: by `what`.
    var detail: UInt32 = 0

    init(_ what: What, at: Int64) { (self.what, self.at) = (what, at) }

    var name: StaticString {
        switch what {
        case .started: "agent.started"
        case .stopping: "agent.stopping"
        case .raised: "condition.raised"
        case .cleared: "condition.cleared"
        case .state: "device.state"
        case .deposit, .lidOpened: "instant.occurred"
        case .printed: "job.printed"
        case .use: "use.hour"
        case .command: "command.succeeded"
        case .rewound: "journal.rewound"
        case .thinned: ""
        }
    }

    var eventClass: StaticString {
        switch what {
        case .started, .stopping, .command, .rewound: "A"
        case .raised, .cleared, .deposit, .lidOpened: "B"
        case .printed, .state: "C"
        case .use, .thinned: "D"
        }
    }

    var isAboutZone: Bool {
        switch what {
        case .started, .stopping, .rewound, .use: true
        default: false
        }
    }
}

/// What can be wrong with a simulated device.
struct Trouble {
    let device: UInt8
    let code: ConditionCode
    /// While it lasts the device does not answer at all.
    let isSilence: Bool

    init(_ device: UInt8, _ code: ConditionCode, isSilence: Bool = false) {
        (self.device, self.code, self.isSilence) = (device, code, isSilence)
    }

    static let all = [
        Trouble(0, .touchAbsent, isSilence: true),
        Trouble(1, .printerPaperOut), Trouble(1, .printerTonerLow), Trouble(1, .printerJam),
        Trouble(1, .printerLinkDown, isSilence: true),
        Trouble(2, .ledNoAnswer, isSilence: true), Trouble(2, .ledContentStale),
        Trouble(3, .boxSlotBlocked), Trouble(3, .boxLidOpen),
    ]
    /// The one that a storm raises everywhere: a paper delivery with the wrong paper.
    static let storm: UInt8 = 1
}
